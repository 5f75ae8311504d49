import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { renderAlertmanagerConfig } from '@tocsin/ops';
import { find, type KubernetesObject, ofKind, renderChart } from '@tocsin/ops/charts';
import { parse } from 'yaml';

const rulesFolder = path.resolve(import.meta.dirname, '../../../alerts/rules');
const own = await renderChart('monitoring');
const operator = await renderChart('monitoring', { values: ['ci/operator-values.yaml'] });
const specOf = <Spec>(objects: KubernetesObject[], kind: string, name: string) =>
  find(objects, kind, name)?.spec as Spec | undefined;

interface Matcher {
  name: string;
  matchType: string;
  value: string;
}
interface OperatorRoute {
  receiver: string;
  matchers?: Matcher[];
  groupBy?: string[];
  groupWait?: string;
  groupInterval?: string;
  repeatInterval?: string;
  continue?: boolean;
  routes?: OperatorRoute[];
}
type Details = { key: string; value: string }[];
interface OperatorReceiver {
  name: string;
  webhookConfigs?: { url: string; sendResolved: boolean }[];
  pagerdutyConfigs?: {
    routingKey: { name: string; key: string };
    clientURL: string;
    details: Details;
    pagerDutyLinkConfigs: { href: string; alt: string }[];
  }[];
  opsgenieConfigs?: { apiKey: { name: string; key: string }; apiURL: string; details: Details }[];
}
interface AlertmanagerConfigSpec {
  route: OperatorRoute;
  inhibitRules: { sourceMatch: Matcher[]; targetMatch: Matcher[]; equal: string[] }[];
  receivers: OperatorReceiver[];
}
interface PodMonitorSpec {
  jobLabel: string;
  selector: object;
  podMetricsEndpoints: {
    port: string;
    interval: string;
    honorLabels: boolean;
    relabelings: Record<string, unknown>[];
  }[];
}

test('the operator runs Prometheus, Alertmanager and Grafana, so the chart does not', () => {
  const names = ofKind(operator, 'StatefulSet').map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ['bugsink', 'pager']);
  const configMaps = ofKind(operator, 'ConfigMap').map(({ metadata }) => metadata.name);
  assert.ok(!configMaps.includes('prometheus') && !configMaps.includes('alertmanager'));
});

test('helm test asks Bugsink, and nobody who is not there', async () => {
  const asked = (objects: KubernetesObject[]) => ofKind(objects, 'Pod').map(({ metadata }) => metadata.name);
  assert.deepEqual(asked(operator), ['monitoring-test-crashes']);
  const { egress } =
    specOf<{ egress: object[] }>(operator, 'NetworkPolicy', 'monitoring-test') ?? assert.fail();
  assert.doesNotMatch(JSON.stringify(egress), /prometheus|alertmanager/);
  const values = ['ci/least-values.yaml', 'ci/operator-values.yaml'];
  const least = await renderChart('monitoring', { values, set: { 'networkPolicy.enabled': 'true' } });
  assert.deepEqual(asked(least), []);
  assert.equal(find(least, 'NetworkPolicy', 'monitoring-test'), undefined);
});

test("Grafana's sidecar finds the same dashboards", () => {
  const dashboards = (objects: KubernetesObject[]) =>
    ofKind(objects, 'ConfigMap')
      .filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1')
      .map(({ data }) => data);
  assert.ok(dashboards(operator).length > 0);
  assert.deepEqual(dashboards(operator), dashboards(own));
});

test('each rule file is a PrometheusRule with the same groups, in the namespace that the operator routes by', () => {
  const files = readdirSync(rulesFolder);
  assert.ok(files.length > 0);
  for (const file of files) {
    const { groups } = parse(readFileSync(path.join(rulesFolder, file), 'utf8')) as { groups: object[] };
    assert.deepEqual(specOf(operator, 'PrometheusRule', `tocsin-${path.basename(file, '.yaml')}`), {
      groups: groups.map((group) => ({ ...group, labels: { namespace: 'tocsin' } })),
    });
  }
  assert.equal(ofKind(operator, 'PrometheusRule').length, files.length);
});

test('what selects them has the labels that it is told', () => {
  const kinds = ['PodMonitor', 'ServiceMonitor', 'PrometheusRule', 'AlertmanagerConfig'];
  const objects = operator.filter(({ kind }) => kinds.includes(kind));
  assert.deepEqual(new Set(objects.map(({ kind }) => kind)), new Set(kinds));
  for (const { metadata } of objects) assert.equal(metadata.labels?.prometheus, 'main', metadata.name);
});

/** The operator's words in Alertmanager's. */
const matcher = ({ name, matchType, value }: Matcher) => `${name}${matchType}"${value}"`;
const route = (from: OperatorRoute): object => ({
  receiver: from.receiver,
  ...(from.matchers && { matchers: from.matchers.map(matcher) }),
  ...(from.groupBy && { group_by: from.groupBy }),
  ...(from.groupWait && { group_wait: from.groupWait }),
  ...(from.groupInterval && { group_interval: from.groupInterval }),
  ...(from.repeatInterval && { repeat_interval: from.repeatInterval }),
  ...(from.continue && { continue: true }),
  ...(from.routes && { routes: from.routes.map(route) }),
});
const details = (from: Details) => Object.fromEntries(from.map(({ key, value }) => [key, value]));
const receiver = ({ name, webhookConfigs, pagerdutyConfigs, opsgenieConfigs }: OperatorReceiver) => ({
  name,
  ...(webhookConfigs && {
    webhook_configs: webhookConfigs.map(({ url, sendResolved }) => ({
      url,
      ...(!sendResolved && { send_resolved: false }),
    })),
  }),
  ...(pagerdutyConfigs && {
    pagerduty_configs: pagerdutyConfigs.map(({ routingKey, clientURL, pagerDutyLinkConfigs, ...rest }) => ({
      ...rest,
      routing_key_file: `${routingKey.name}/${routingKey.key}`,
      client_url: clientURL,
      details: details(rest.details),
      links: pagerDutyLinkConfigs.map(({ href, alt }) => ({ href, text: alt })),
    })),
  }),
  ...(opsgenieConfigs && {
    opsgenie_configs: opsgenieConfigs.map(({ apiKey, apiURL, ...rest }) => ({
      ...rest,
      api_key_file: `${apiKey.name}/${apiKey.key}`,
      api_url: apiURL,
      details: details(rest.details),
    })),
  }),
});

const urls = {
  chatopsUrl: 'http://chatops.tocsin.svc:8080',
  pagerUrl: 'http://pager.tocsin.svc:8080',
};
for (const [values, receivers] of [
  ['ci/operator-values.yaml', { ...urls, chatopsUrl: 'https://chatops.example.com/' }],
  [
    'ci/operator-pagers-values.yaml',
    // The keys come from Secrets, not from files.
    {
      ...urls,
      publicUrl: 'https://ops.example.com/',
      pagerdutyKeyFile: 'pagerduty/routing-key',
      opsgenieKeyFile: 'opsgenie/integration-key',
    },
  ],
] as const) {
  test(`the AlertmanagerConfig says what alerts/alertmanager.yaml says, with ${values}`, async () => {
    const objects = await renderChart('monitoring', { values: [values] });
    const spec = specOf<AlertmanagerConfigSpec>(objects, 'AlertmanagerConfig', 'tocsin') ?? assert.fail();
    const said = {
      route: route(spec.route),
      inhibit_rules: spec.inhibitRules.map(({ sourceMatch, targetMatch, equal }) => ({
        source_matchers: sourceMatch.map(matcher),
        target_matchers: targetMatch.map(matcher),
        equal,
      })),
      receivers: spec.receivers.map(receiver),
    };
    assert.deepEqual(said, parse(renderAlertmanagerConfig(receivers)));
  });
}

test('the services are scraped as often and with the same labels as by our own Prometheus', () => {
  const config = find(own, 'ConfigMap', 'prometheus')?.data?.['prometheus.yaml'] ?? '';
  const { scrape_configs } = parse(config) as {
    scrape_configs: { job_name: string; relabel_configs: Record<string, unknown>[] }[];
  };
  const ours = scrape_configs.find(({ job_name }) => job_name === 'services')?.relabel_configs ?? [];
  const inOurWords = (relabelling: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(relabelling).map(([key, value]) => [
        key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    );

  const spec = specOf<PodMonitorSpec>(operator, 'PodMonitor', 'tocsin-services');
  const [endpoint] = spec?.podMetricsEndpoints ?? [];
  assert.partialDeepStrictEqual(endpoint, { port: 'admin', interval: '15s', honorLabels: false });
  // The first of ours selects the pods, which a PodMonitor does by its selector and port.
  assert.deepEqual(endpoint?.relabelings.map(inOurWords), [
    ...ours.slice(1),
    { target_label: 'job', replacement: 'services' },
    { action: 'labeldrop', regex: 'container|endpoint' },
  ]);
});

test('node_exporter has the namespace of the platform, not the one that it needs for itself', () => {
  const { podMetricsEndpoints: [endpoint] = [] } =
    specOf<PodMonitorSpec>(operator, 'PodMonitor', 'tocsin-nodes') ?? {};
  const namespaces = endpoint?.relabelings.filter(({ targetLabel }) => targetLabel === 'namespace');
  assert.deepEqual(namespaces?.at(-1), { targetLabel: 'namespace', replacement: 'tocsin' });
});

test('the labels of kube-state-metrics and Pushgateway are believed, and no others', () => {
  const believed = ofKind(operator, 'PodMonitor')
    .filter(({ spec }) => (spec as PodMonitorSpec).podMetricsEndpoints[0]?.honorLabels)
    .map(({ spec }) => JSON.stringify((spec as PodMonitorSpec).selector));
  assert.equal(believed.length, 1);
  assert.match(believed[0] ?? '', /"operator":"In","values":\["kube-state-metrics","pushgateway"\]/);
});
