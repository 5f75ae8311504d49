// A quorum keeps its voters: an upgrade that would make others is refused. Only a Helm that sees a cluster knows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { findProgram } from '@tocsin/ops';
import { find, type KubernetesObject, kubeVersion, renderChart } from '@tocsin/ops/charts';
import { execa } from 'execa';

const one = await renderChart('kafka');
const three = await renderChart('kafka', { values: ['ci/three-brokers-values.yaml'] });
/** Helm has rendered everything, and asks for kinds that the API below does not have. */
const rendered = /unable to build kubernetes objects/;

for (const [there, values, refusal] of [
  [three, 'values.yaml', /has 3 broker\(s\), and these values say replicas: 1/],
  [one, 'ci/three-brokers-values.yaml', /has 1 broker\(s\), and these values say replicas: 3/],
  [three, 'ci/three-brokers-values.yaml', undefined],
  [one, 'values-kind.yaml', undefined],
  [[], 'ci/three-brokers-values.yaml', undefined],
  // Strimzi's brokers are none of ours.
  [one, 'values-production.yaml', undefined],
] as const) {
  const brokers = find(there, 'StatefulSet', 'kafka')?.spec?.replicas ?? 0;
  test(`where ${brokers} brokers run, ${values} is ${refusal ? 'refused' : 'taken'}`, async () => {
    await using clean = new AsyncDisposableStack();
    const said = await renderBeside(await startApiServer(clean, there), values);
    assert.match(said, refusal ?? rendered);
  });
}

/** Renders as an upgrade does, with what the cluster has in sight. @returns what Helm says in the end. */
async function renderBeside(url: string, values: string): Promise<string> {
  const chart = import.meta.dirname;
  const args = [
    ...['template', 'kafka', chart, '--values', path.join(chart, values), '--namespace', 'tocsin'],
    ...[...kubeVersion, '--dry-run=server', '--kube-apiserver', url],
  ];
  const { stderr } = await execa(await findProgram('helm'), args, {
    env: { KUBECONFIG: devNull },
    reject: false,
  });
  return stderr;
}

/** As much of Kubernetes' API as Helm asks until it has rendered: the brokers' settings, and no other kind. */
async function startApiServer(clean: AsyncDisposableStack, there: readonly KubernetesObject[]) {
  const settings = find(there, 'ConfigMap', 'kafka-config');
  const answers: Record<string, unknown> = {
    '/version': { major: '1', minor: '34', gitVersion: 'v1.34.0' },
    '/api': { versions: ['v1'] },
    '/apis': { groups: [] },
    '/api/v1': {
      groupVersion: 'v1',
      resources: [{ name: 'configmaps', namespaced: true, kind: 'ConfigMap', verbs: ['get'] }],
    },
    '/api/v1/namespaces/tocsin/configmaps/kafka-config': settings,
  };
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url.split('?', 1)[0] ?? ''];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(answer ?? { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
