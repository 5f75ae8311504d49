import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, type KubernetesObject, ofKind, renderChart, workloads } from '@tocsin/ops/charts';

const objects = await renderChart('monitoring', { set: { 'kminion.enabled': 'true' } });

interface Peer {
  podSelector?: {
    matchLabels?: Record<string, string>;
    matchExpressions?: { key: string; operator: string; values: string[] }[];
  };
  namespaceSelector?: { matchLabels: Record<string, string> };
  ipBlock?: { cidr: string };
}
interface Rule {
  ports: { port: string | number }[];
  from?: Peer[];
  to?: Peer[];
}
interface Policy {
  podSelector: { matchLabels: Record<string, string> };
  policyTypes: string[];
  ingress?: Rule[];
  egress?: Rule[];
}
const policyOf = (of: KubernetesObject[], name: string) => find(of, 'NetworkPolicy', name)?.spec as Policy;

/** Peers in words, such as `prometheus:metrics` or `component=service:http`. */
function arrows(rules: Rule[] = []): string[] {
  const names = ({ podSelector, namespaceSelector, ipBlock }: Peer): string[] => {
    if (namespaceSelector) return [Object.values(namespaceSelector.matchLabels).join()];
    if (ipBlock) return [ipBlock.cidr];
    const labels = Object.entries(podSelector?.matchLabels ?? {});
    const expressions = podSelector?.matchExpressions ?? [];
    if (labels.length + expressions.length === 0) return ['any'];
    const word = (key: string, value: string) =>
      key === 'app.kubernetes.io/name' ? value : `${key.replace('app.kubernetes.io/', '')}=${value}`;
    return [
      ...labels.map(([key, value]) => word(key, value)),
      ...expressions.flatMap(({ key, values }) => values.map((value) => word(key, value))),
    ];
  };
  const all = rules.flatMap(({ ports, from, to }) =>
    (from ?? to ?? [{ ipBlock: { cidr: 'anywhere' } }]).flatMap((peer) =>
      names(peer).flatMap((name) => ports.map(({ port }) => `${name}:${port}`)),
    ),
  );
  return [...new Set(all)].sort();
}

const dns = 'kube-system:53';
const api = ['0.0.0.0/0:443', '0.0.0.0/0:6443'];
const expected: Record<string, { from: string[]; to: string[] }> = {
  alertmanager: {
    from: ['chatops:metrics', 'component=test:metrics', 'grafana:metrics', 'prometheus:metrics'],
    to: ['chatops:http', dns, 'pager:http'],
  },
  'blackbox-exporter': { from: ['prometheus:metrics'], to: ['component=service:http', dns] },
  bugsink: { from: ['component=service:http', 'monitoring-test:http'], to: ['chatops:http', dns] },
  grafana: { from: [], to: ['alertmanager:metrics', dns, 'prometheus:metrics'] },
  'kube-state-metrics': { from: ['prometheus:metrics'], to: [...api, dns] },
  kminion: { from: ['prometheus:metrics'], to: ['anywhere:9092', dns] },
  'monitoring-test': { from: [], to: ['alertmanager:metrics', 'bugsink:http', dns, 'prometheus:metrics'] },
  pager: { from: ['alertmanager:http'], to: [] },
  prometheus: {
    from: ['chatops:metrics', 'component=test:metrics', 'grafana:metrics'],
    to: [...api, 'any:admin', 'any:metrics', 'anywhere:9100', dns],
  },
  pushgateway: { from: ['component=job:metrics', 'component=service:metrics', 'prometheus:metrics'], to: [] },
};

test('whatever is not allowed is denied', () => {
  assert.deepEqual(policyOf(objects, 'monitoring'), {
    podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'monitoring' } },
    policyTypes: ['Ingress', 'Egress'],
  });
});

test('exactly the arrows of the design are allowed', () => {
  const drawn = ofKind(objects, 'NetworkPolicy')
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== 'monitoring')
    .map((name) => {
      const { ingress, egress } = policyOf(objects, name);
      return [name, { from: arrows(ingress), to: arrows(egress) }];
    });
  assert.deepEqual(Object.fromEntries(drawn), expected);
});

test('every pod has a policy that selects it, and names its ports as the policies do', () => {
  const pods = workloads(objects).filter(({ object }) => object.metadata.namespace !== 'tocsin-node');
  for (const { object, template } of pods) {
    const { 'app.kubernetes.io/name': name = '', 'app.kubernetes.io/instance': instance } =
      template.metadata?.labels ?? {};
    assert.deepEqual(policyOf(objects, name)?.podSelector.matchLabels, {
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/instance': instance,
    });
    const ports = template.spec.containers
      .flatMap((container) => container.ports ?? [])
      .map((port) => port.name);
    for (const arrow of expected[name]?.from ?? []) {
      assert.ok(ports.includes(arrow.split(':')[1]), `${object.metadata.name} has no port for ${arrow}`);
    }
  }
});

test('where the API server is known, nothing else is reached in its place', async () => {
  const narrow = {
    'networkPolicy.apiServer.cidrs': '{172.18.0.2/32}',
    'networkPolicy.apiServer.ports': '{6443}',
  };
  const told = await renderChart('monitoring', { set: narrow });
  assert.deepEqual(arrows(policyOf(told, 'kube-state-metrics').egress), ['172.18.0.2/32:6443', dns]);
});

test('Alertmanager reaches the internet only where it pages somebody there', async () => {
  const paged = await renderChart('monitoring', { values: ['ci/pagers-values.yaml'] });
  assert.deepEqual(arrows(policyOf(paged, 'alertmanager').egress), ['anywhere:443', 'chatops:http', dns]);
  assert.equal(policyOf(paged, 'pager'), undefined);
});

test('blackbox_exporter reaches outside only the ports of the listeners that it is to ask', async () => {
  const asked = await renderChart('monitoring', { values: ['ci/listeners-values.yaml'] });
  const { egress } = policyOf(asked, 'blackbox-exporter');
  assert.deepEqual(arrows(egress), ['anywhere:443', 'anywhere:465', 'component=service:http', dns]);
});

test('rules of your own are added', async () => {
  const more = await renderChart('monitoring', { values: ['ci/placement-values.yaml'] });
  assert.deepEqual(arrows(policyOf(more, 'grafana').ingress), ['ingress-nginx:http']);
});
