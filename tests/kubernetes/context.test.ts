import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import {
  foreignImages,
  helm,
  imageRepository,
  kubectl,
  loadImages,
  openTarget,
  presentImages,
} from '@tocsin/ops';
import { execa } from 'execa';
import { eventually, make, root } from './platform.ts';

const cluster = 'tocsin-context';
const context = `kind-${cluster}`;

/** What somebody else has in the namespace, labelled as much like ours as may be. */
const ofOthers = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tocsin', labels: { team: 'others' } } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-kafka-7', namespace: 'tocsin', labels: { 'app.kubernetes.io/name': 'kafka' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs', namespace: 'tocsin' } },
];

test('a cluster of somebody else gets what its owner said, and gives back that and nothing else', async (t) => {
  const image = process.env.KIND_IMAGE ? ['--image', process.env.KIND_IMAGE] : [];
  const current = await execa('kubectl', ['config', 'current-context'], { reject: false });
  t.after(async () => {
    await execa('kind', ['delete', 'cluster', '--name', cluster]);
    if (!current.failed) await execa('kubectl', ['config', 'use-context', current.stdout], { reject: false });
  });
  await execa('kind', ['create', 'cluster', '--name', cluster, '--wait=180s', ...image]);
  // In place of the registry that the nodes of such a cluster pull from.
  const { stdout } = await make('--silent', 'image');
  const ours = stdout.split('\n').at(-1) ?? '';
  await loadImages(cluster, [ours, ...(await presentImages(await foreignImages(imageRepository, () => [])))]);
  const target = await openTarget(root, { cluster, context });
  const list = { apiVersion: 'v1', kind: 'List', items: ofOthers };
  await kubectl(target, ['apply', '--filename=-'], { input: JSON.stringify(list) });
  const values = await mkdtemp(path.join(tmpdir(), 'tocsin-values-'));
  t.after(() => rm(values, { recursive: true }));
  await writeFile(path.join(values, 'services-values.yaml'), 'environment: staging\n');

  const deployed = await make('deploy', `CONTEXT=${context}`, `IMAGE=${ours}`, `VALUES=${values}`);
  t.diagnostic(deployed.all.match(/All is well after \d+ s/)?.[0] ?? '');
  const of = async (workload: string, variable: string) =>
    kubectl(target, [
      'get',
      workload,
      `--output=jsonpath={.spec.template.spec.containers[0].env[?(@.name=="${variable}")].value}`,
    ]);
  assert.equal(await of('deployment/orders', 'FAULTS_ENABLED'), 'false');
  assert.equal(await of('deployment/orders', 'SENTRY_ENVIRONMENT'), 'staging');
  assert.equal(await of('statefulset/grafana', 'GF_AUTH_ANONYMOUS_ENABLED'), 'false');

  const gone = await make('undeploy', `CONTEXT=${context}`);
  t.diagnostic(gone.all.split('\n').join('; '));
  const kinds = 'all,configmaps,secrets,persistentvolumeclaims,networkpolicies,serviceaccounts,roles';
  const theirs = [
    'configmap/kube-root-ca.crt',
    'persistentvolumeclaim/data-kafka-7',
    'secret/theirs',
    'serviceaccount/default',
  ];
  // What a Deployment has made goes a moment after it.
  await eventually(
    'theirs is left, and nothing else',
    async () => (await kubectl(target, ['get', kinds, '--output=name'])).split('\n').sort(),
    (left) => left.join() === theirs.join(),
    60_000,
  );
  const labels = await kubectl(target, [
    'get',
    'namespace/tocsin',
    '--output=jsonpath={.metadata.labels.team}',
  ]);
  assert.equal(labels, 'others');

  // As Argo CD installs a chart of ours: without a release of Helm's.
  // Some builds of Helm take a cluster that they do not ask for one that is too old.
  const input = await helm(target, [
    'template',
    'postgres',
    `${root}/deploy/helm/postgres`,
    '--no-hooks',
    '--kube-version=1.34.0',
  ]);
  await kubectl(target, ['apply', '--filename=-'], { input });
  const kept = ['get', 'secrets,persistentvolumeclaims', '--output=name'];
  const before = await eventually(
    'it has its volume',
    () => kubectl(target, kept),
    (names) => names.includes('persistentvolumeclaim/data-postgres-0'),
    60_000,
  );
  await make('undeploy', `CONTEXT=${context}`);
  assert.equal(await kubectl(target, kept), before, 'its volume and its passwords stay');
});
