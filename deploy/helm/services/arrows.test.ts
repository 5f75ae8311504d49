// The NetworkPolicies let pass the arrows of the design, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, ofKind, type RenderOptions, renderChart } from '@tocsin/ops/charts';
import type { NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js';

const databases = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'];
const services = [...databases, 'bank', 'chatops', 'traffic'];

/** The design's, by who calls. */
const arrows: Record<string, string[]> = {
  ...Object.fromEntries(databases.map((name) => [name, ['kafka:9092', 'postgres:5432']])),
  bank: [],
  chatops: ['alertmanager:9093', 'prometheus:9090'],
  traffic: [],
  topics: ['kafka:9092'],
  databases: ['postgres:5432'],
  reconcile: ['kafka:9092', 'bank:8080', 'pushgateway:9091'],
  'services-test': services.flatMap((name) => [`${name}:http`, `${name}:admin`]),
};
const calls: Record<string, string[]> = {
  payments: ['bank'],
  notifications: ['customers', 'orders'],
  traffic: ['customers', 'orders'],
};
/** Who comes from other charts, and from no service. */
const visitors: Record<string, string[]> = { chatops: ['alertmanager', 'bugsink'], bank: ['reconcile'] };

const names = (peer: NetworkPolicyPeer) =>
  (peer.podSelector?.matchExpressions ?? []).flatMap(({ key, values }) =>
    key === 'app.kubernetes.io/name' ? (values ?? []) : [],
  );
const isDns = ({ podSelector }: NetworkPolicyPeer) => podSelector?.matchLabels?.['k8s-app'] === 'kube-dns';
const namespaceOf = ({ namespaceSelector }: NetworkPolicyPeer) =>
  namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];

function passages(peers: NetworkPolicyPeer[] | undefined, ports: NetworkPolicyPort[] = []): string[] {
  const where = (peer: NetworkPolicyPeer) =>
    isDns(peer) ? ['dns'] : [...names(peer), ...[namespaceOf(peer) ?? []].flat()];
  const wheres = peers?.flatMap(where) ?? ['anywhere'];
  return wheres.flatMap((where) => ports.map(({ port }) => `${where}:${port}`));
}

async function policies(options?: RenderOptions) {
  const objects = await renderChart('services', options);
  return new Map(
    ofKind(objects, 'NetworkPolicy').map(({ metadata, spec }) => [
      metadata.name,
      {
        selector: spec?.podSelector.matchLabels ?? {},
        types: spec?.policyTypes,
        out: spec?.egress?.flatMap(({ to, ports }) => passages(to, ports)) ?? [],
        in: spec?.ingress?.flatMap(({ from, ports }) => passages(from, ports)) ?? [],
      },
    ]),
  );
}
const dns = ['dns:53', 'dns:53'];
const policed = await policies();

test('everything that is not said is denied, to every pod of the release', () => {
  const all = policed.get('services-deny-all');
  assert.deepEqual(all, {
    selector: { 'app.kubernetes.io/instance': 'services' },
    types: ['Ingress', 'Egress'],
    out: [],
    in: [],
  });
});

test('there are no other policies', () => {
  assert.deepEqual([...policed.keys()].sort(), ['services-deny-all', ...Object.keys(arrows)].sort());
});

for (const [name, known] of Object.entries(arrows)) {
  test(`${name} reaches what the design says, and nothing else`, () => {
    const always = services.includes(name) ? ['bugsink:8000', 'pushgateway:9091'] : [];
    const called = (calls[name] ?? []).map((other) => `${other}:8080`);
    assert.deepEqual(policed.get(name)?.out.sort(), [...known, ...called, ...always, ...dns].sort());
    assert.equal(policed.get(name)?.selector['app.kubernetes.io/name'], name);
  });
}

for (const name of services) {
  test(`${name} is reached by whom the design says, and by nobody else`, () => {
    const callers = Object.keys(calls).filter((caller) => calls[caller]?.includes(name));
    const always = ['blackbox-exporter', 'services-test'];
    const api = [...callers, ...(visitors[name] ?? []), ...always].map((caller) => `${caller}:http`);
    const admin = ['prometheus:admin', 'services-test:admin'];
    assert.deepEqual(policed.get(name)?.in.sort(), [...api, ...admin].sort());
  });
}

test('only the ops room reaches the internet, and only when there is a Slack to tell', async () => {
  const told = await policies({ set: { 'slack.enabled': 'true' } });
  const outside = [...told].filter(([, { out }]) => out.some((arrow) => arrow.startsWith('anywhere')));
  assert.deepEqual(
    outside.map(([name, { out }]) => [name, out.filter((arrow) => arrow.startsWith('anywhere'))]),
    [['chatops', ['anywhere:443']]],
  );
});

test('with Prometheus Operator its Prometheus and Alertmanager take the places of ours', async () => {
  const operated = await policies({ values: ['ci/operator-values.yaml'] });
  for (const name of services) {
    const admin = operated.get(name)?.in.filter((arrow) => arrow.endsWith(':admin'));
    assert.deepEqual(admin, ['observability:admin', 'services-test:admin'], name);
  }
  assert.ok(operated.get('chatops')?.in.includes('observability:http'));
  const reached = operated.get('chatops')?.out.filter((arrow) => /observability|prom|alertm/.test(arrow));
  assert.deepEqual(reached, ['observability:9093', 'observability:9090']);
});

for (const [values, namespace] of [
  ['ci/operator-values.yaml', 'observability'],
  ['values-production.yaml', 'monitoring'],
] as const) {
  test(`with ${values} the ops room asks the operator's Prometheus and Alertmanager`, async () => {
    const room = find(await renderChart('services', { values: [values] }), 'StatefulSet', 'chatops');
    const env = room?.spec?.template.spec?.containers[0]?.env ?? [];
    const asked = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    assert.equal(asked.PROMETHEUS_URL, `http://prometheus-operated.${namespace}:9090`);
    assert.equal(asked.ALERTMANAGER_URL, `http://alertmanager-operated.${namespace}:9093`);
  });
}

test('names are asked for where the values say that the DNS is', async () => {
  const objects = await renderChart('services', { values: ['ci/operator-values.yaml'] });
  const [rule] = find(objects, 'NetworkPolicy', 'orders')?.spec?.egress ?? [];
  assert.deepEqual(rule, {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
        podSelector: { matchLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } },
      },
    ],
    ports: [
      { port: 5353, protocol: 'UDP' },
      { port: 5353, protocol: 'TCP' },
    ],
  });
});

test('without a collector of crashes nobody is let in from one, and nobody goes there', async () => {
  const without = await policies({ set: { 'crashReports.dsnSecret': '' } });
  const arrowsOf = [...without.values()].flatMap(({ in: from, out }) => [...from, ...out]);
  assert.deepEqual(
    arrowsOf.filter((arrow) => arrow.startsWith('bugsink')),
    [],
  );
});

test('every service reaches the collector of spans when there is one, and nobody else does', async () => {
  const added = async (endpoint: string) => {
    const told = await policies({ set: { 'otlp.endpoint': endpoint } });
    return Object.fromEntries(
      [...told].flatMap(([name, { out }]) => {
        const before = policed.get(name)?.out ?? [];
        const more = out.filter((arrow) => !before.includes(arrow));
        return more.length > 0 ? [[name, more]] : [];
      }),
    );
  };
  const each = (arrow: string) => Object.fromEntries(services.map((name) => [name, [arrow]]));
  assert.deepEqual(await added('http://jaeger:4318'), each('jaeger:4318'));
  assert.deepEqual(await added('http://jaeger'), each('jaeger:80'));
  // A NetworkPolicy knows no names: what is not here may be anywhere, but only on that port.
  assert.deepEqual(await added('https://otlp.example.com/abc'), each('anywhere:443'));
  assert.deepEqual(await added('http://collector.observability:4318'), each('anywhere:4318'));
});
