import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, ofKind, renderChart, workloads } from '@tocsin/ops/charts';

test('the superuser and the exporter get passwords of their own, in Secrets that outlive the release', async () => {
  const objects = await renderChart('postgres');
  const admin = find(objects, 'Secret', 'postgres-admin');
  const exporter = find(objects, 'Secret', 'postgres-exporter');
  assert.equal(admin?.stringData?.username, 'postgres');
  assert.match(admin?.stringData?.password ?? '', /^\w{32}$/);
  assert.match(exporter?.stringData?.password ?? '', /^\w{32}$/);
  assert.notEqual(admin?.stringData?.password, exporter?.stringData?.password);
  for (const secret of [admin, exporter]) {
    assert.equal(secret?.metadata.annotations?.['helm.sh/resource-policy'], 'keep');
  }
});

test('a Secret that exists is used instead, by the server and by the test', async () => {
  const objects = await renderChart('postgres', { values: ['ci/existing-secret-values.yaml'] });
  assert.equal(find(objects, 'Secret', 'postgres-admin'), undefined);
  const containers = [
    find(objects, 'StatefulSet', 'postgres')?.spec?.template.spec?.containers[0],
    find(objects, 'Pod', 'postgres-test')?.spec?.containers[0],
  ];
  for (const container of containers) {
    const secrets = container?.env?.flatMap(({ name, valueFrom }) =>
      /USER|POSTGRES_PASSWORD|PGPASSWORD/.test(name) ? (valueFrom?.secretKeyRef?.name ?? []) : [],
    );
    assert.deepEqual(secrets, ['our-postgres', 'our-postgres'], container?.name);
  }
});

test('the volume is where the image keeps the data of every major version', async () => {
  const set = find(await renderChart('postgres'), 'StatefulSet', 'postgres')?.spec;
  const mount = set?.template.spec?.containers[0]?.volumeMounts?.find(({ name }) => name === 'data');
  assert.equal(mount?.mountPath, '/var/lib/postgresql');
  assert.equal(set?.volumeClaimTemplates?.[0]?.spec?.resources?.requests?.storage, '4Gi');
});

test('the address leads to the server, never to its exporter, though Prometheus calls both postgres', async () => {
  const objects = await renderChart('postgres');
  const selector = Object.entries(find(objects, 'Service', 'postgres')?.spec?.selector ?? {});
  const leadsTo = (labels: Record<string, string> = {}) =>
    selector.every(([label, value]) => labels[label] === value);
  const server = find(objects, 'StatefulSet', 'postgres')?.spec?.template.metadata?.labels;
  const exporter = find(objects, 'Deployment', 'postgres-exporter')?.spec?.template.metadata?.labels;
  assert.ok(leadsTo(server));
  assert.ok(!leadsTo(exporter));
  assert.equal(exporter?.['app.kubernetes.io/name'], 'postgres');
});

test('settings reach the server', async () => {
  const objects = await renderChart('postgres', { set: { 'settings.work_mem': '8MB' } });
  const args = find(objects, 'StatefulSet', 'postgres')?.spec?.template.spec?.containers[0]?.args;
  assert.deepEqual(args, ['postgres', '--max_connections=200', '--shared_buffers=64MB', '--work_mem=8MB']);
});

test('a large number of a values file reaches the server as it was written', async () => {
  const objects = await renderChart('postgres', { values: ['ci/placement-values.yaml'] });
  const args = find(objects, 'StatefulSet', 'postgres')?.spec?.template.spec?.containers[0]?.args;
  assert.ok(args?.includes('--log_min_duration_statement=3600000'), args?.join(' '));
});

test('only those named and the exporter connect, and the server calls nobody', async () => {
  const objects = await renderChart('postgres');
  const { ingress, egress } = find(objects, 'NetworkPolicy', 'postgres')?.spec ?? {};
  const peers = ingress?.flatMap(({ from = [] }) => from.map(({ podSelector }) => podSelector));
  const clients = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications', 'databases'];
  assert.deepEqual(peers?.[0]?.matchExpressions?.[0]?.values, [...clients, 'postgres-test']);
  assert.equal(peers?.[1]?.matchLabels?.['app.kubernetes.io/component'], 'monitoring');
  assert.equal(peers?.length, 2);
  assert.equal(egress, undefined);
  const deny = find(objects, 'NetworkPolicy', 'postgres-deny')?.spec;
  assert.deepEqual(deny?.podSelector?.matchLabels, { 'app.kubernetes.io/instance': 'postgres' });
  assert.deepEqual(deny?.policyTypes, ['Ingress', 'Egress']);
});

test('with Prometheus Operator its Prometheus scrapes the exporter', async () => {
  const objects = await renderChart('postgres', { values: ['ci/operator-values.yaml'] });
  assert.deepEqual(find(objects, 'NetworkPolicy', 'postgres-exporter')?.spec?.ingress?.[0]?.from, [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } } },
  ]);
});

test('server, exporter and test run where they may, and are replaced when their password is', async () => {
  const placed = workloads(await renderChart('postgres', { values: ['ci/placement-values.yaml'] }));
  assert.equal(placed.length, 3);
  for (const { object, template } of placed) {
    assert.deepEqual(template.spec.nodeSelector, { 'kubernetes.io/os': 'linux' }, object.metadata.name);
    assert.equal(template.spec.tolerations?.[0]?.key, 'dedicated', object.metadata.name);
  }
  const checksums = placed.map(({ template }) => template.metadata?.annotations?.['checksum/secret']);
  assert.equal(new Set(checksums.filter(Boolean)).size, 2);
});

test('for production CloudNativePG keeps three servers under the same address and with the same Secret', async () => {
  const objects = await renderChart('postgres', { values: ['values-production.yaml'] });
  assert.deepEqual(ofKind(objects, 'StatefulSet'), []);
  assert.equal(find(objects, 'Secret', 'postgres-admin')?.type, 'kubernetes.io/basic-auth');
  assert.partialDeepStrictEqual(find(objects, 'Cluster', 'postgres')?.spec, {
    instances: 3,
    enableSuperuserAccess: true,
    superuserSecret: { name: 'postgres-admin' },
    postgresql: { parameters: { max_connections: '200' } },
    managed: {
      services: {
        additional: [{ selectorType: 'rw', serviceTemplate: { metadata: { name: 'postgres' } } }],
      },
    },
  });
});

test('beside CloudNativePG too the exporter looks, with a role that the operator makes', async () => {
  const objects = await renderChart('postgres', { values: ['values-production.yaml'] });
  const env = find(objects, 'Deployment', 'postgres-exporter')?.spec?.template.spec?.containers[0]?.env;
  const secret = env?.find(({ name }) => name === 'DATA_SOURCE_PASS')?.valueFrom?.secretKeyRef?.name;
  assert.equal(find(objects, 'Secret', secret ?? '')?.stringData?.username, 'exporter');
  assert.partialDeepStrictEqual(find(objects, 'Cluster', 'postgres')?.spec, {
    managed: {
      roles: [
        {
          name: 'exporter',
          login: true,
          inRoles: ['pg_monitor'],
          connectionLimit: 5,
          passwordSecret: { name: secret },
        },
      ],
    },
  });
});

test("CloudNativePG's servers are reached by those named, each other, the operator and Prometheus", async () => {
  const objects = await renderChart('postgres', { values: ['ci/cloudnativepg-one-values.yaml'] });
  const { podSelector, policyTypes, ingress } = find(objects, 'NetworkPolicy', 'postgres')?.spec ?? {};
  const servers = { 'cnpg.io/cluster': 'postgres' };
  assert.deepEqual(podSelector?.matchLabels, servers);
  const arrows = ingress?.map(({ from = [], ports }) => [
    from.map(
      ({ podSelector: pods, namespaceSelector: namespace }) =>
        Object.values(pods?.matchLabels ?? namespace?.matchLabels ?? {}).join() || 'named',
    ),
    ports?.map(({ port }) => port),
  ]);
  assert.deepEqual(arrows, [
    [['named', 'postgres,postgres,monitoring'], [5432]],
    [
      ['postgres', 'databases'],
      [5432, 8000],
    ],
    [['named'], [9187]],
  ]);
  // They call Kubernetes' API, which a policy for egress would have to know.
  for (const types of [policyTypes, find(objects, 'NetworkPolicy', 'postgres-deny')?.spec?.policyTypes]) {
    assert.deepEqual(types, ['Ingress']);
  }
  for (const name of ['postgres-exporter', 'postgres-test']) {
    const [rule] = find(objects, 'NetworkPolicy', name)?.spec?.egress ?? [];
    assert.deepEqual(rule?.to, [{ podSelector: { matchLabels: servers } }], name);
  }
});

test('a Postgres that is elsewhere is left alone', async () => {
  assert.deepEqual(await renderChart('postgres', { values: ['ci/external-values.yaml'] }), []);
});
