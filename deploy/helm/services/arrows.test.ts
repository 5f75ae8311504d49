// The NetworkPolicies let pass the arrows of the design, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofKind, type RenderOptions, renderChart } from '@tocsin/ops/charts';
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
  'services-test': services.flatMap((name) => [`${name}:http`, `${name}:admin`]),
};
const calls: Record<string, string[]> = {
  payments: ['bank'],
  notifications: ['customers', 'orders'],
  traffic: ['customers', 'orders'],
};
/** Who comes from other charts. */
const visitors: Record<string, string[]> = { chatops: ['alertmanager', 'bugsink'] };

const names = (peer: NetworkPolicyPeer) =>
  (peer.podSelector?.matchExpressions ?? []).flatMap(({ key, values }) =>
    key === 'app.kubernetes.io/name' ? (values ?? []) : [],
  );
const isDns = (peer: NetworkPolicyPeer) =>
  peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === 'kube-system';

function passages(peers: NetworkPolicyPeer[] | undefined, ports: NetworkPolicyPort[] = []): string[] {
  const wheres = peers?.flatMap((peer) => (isDns(peer) ? ['dns'] : names(peer))) ?? ['anywhere'];
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
