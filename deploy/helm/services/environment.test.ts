// What the chart gives a service is what the service reads: its own config.ts judges.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { baseConfig, readConfig } from '@tocsin/kit';
import { type KubernetesObject, listCharts, renderChart, workloads } from '@tocsin/ops/charts';
import type { Container } from 'kubernetes-types/core/v1.js';
import { configs, serviceNames } from './configs.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-environment-'));
after(() => rm(folder, { recursive: true, force: true }));

/** What a Secret may hold, by the key of the environment that is read from it. */
const secrets: Record<string, string> = {
  DATABASE_URL: 'postgres://orders:secret@postgres:5432/orders',
  SENTRY_DSN: 'http://key@bugsink:8000/1',
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/1',
  KAFKA_SASL_PASSWORD: 'swordfish',
  KAFKA_SASL_USERNAME: 'tocsin',
  SMTP_URL: 'smtps://user:password@mail.example.com:465',
};

/** What the kubelet fills in, by where it comes from. */
const ofThePod: Record<string, string> = { 'metadata.namespace': 'tocsin', 'limits.memory': '167772160' };

/** A file of a volume, by the key that names it, as it is on this machine. */
const files: Record<string, string> = { KAFKA_CA_FILE: path.join(folder, 'ca.crt') };
await writeFile(path.join(folder, 'ca.crt'), rootCertificates[0] ?? '');

/** Read by Node itself. */
const ofNode = ['NODE_EXTRA_CA_CERTS'];

function containerOf(objects: readonly KubernetesObject[], name: string): Container | undefined {
  const isService = ({ object }: { object: KubernetesObject }) =>
    /^(Deployment|StatefulSet)$/.test(object.kind);
  return workloads(objects.filter((object) => isService({ object })))
    .flatMap(({ template }) => template.spec.containers)
    .find((container) => container.name === name);
}

function environment(container: Container): Record<string, string> {
  const mounts = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
  const entries = (container.env ?? []).map(({ name, value, valueFrom }) => {
    const file = files[name];
    if (file) assert.ok(mounts.includes(path.dirname(value ?? '')), `${name}: ${value} is on no volume`);
    const field = valueFrom?.fieldRef?.fieldPath ?? valueFrom?.resourceFieldRef?.resource;
    const given = file ?? (field ? ofThePod[field] : valueFrom ? secrets[name] : value);
    assert.ok(given !== undefined, `${name} has no value, and this test knows none that a Secret may hold`);
    return [name, given] as const;
  });
  const names = entries.map(([name]) => name);
  assert.deepEqual(names, [...new Set(names)], 'set twice');
  return Object.fromEntries(entries);
}

const [chart] = (await listCharts()).filter(({ name }) => name === 'services');

for (const values of [undefined, ...(chart?.valuesFiles ?? [])]) {
  test(`every service can read its environment, and reads all of it: ${values ?? 'defaults'}`, async () => {
    const objects = await renderChart('services', values ? { values: [values] } : {});
    let judged = 0;
    for (const name of serviceNames) {
      const container = containerOf(objects, name);
      if (!container) continue;
      const shape = { ...baseConfig, ...configs[name] };
      const given = environment(container);
      readConfig(shape, given);
      const unknown = Object.keys(given).filter((key) => !(key in shape) && !ofNode.includes(key));
      assert.deepEqual(unknown, [], `${name} does not read these`);
      judged += 1;
    }
    assert.ok(judged >= serviceNames.length - 1, `only ${judged} services are installed`);
  });
}

test('a key that a service does not have is found', async () => {
  const objects = await renderChart('services', { set: { 'services.bank.env.SQLITE_PTH': '/data/x' } });
  const container = containerOf(objects, 'bank');
  assert.ok(container && 'SQLITE_PTH' in environment(container));
  assert.ok(!('SQLITE_PTH' in { ...baseConfig, ...configs.bank }));
});
