import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { renderAlertmanagerConfig } from '@tocsin/ops';
import {
  find,
  type KubernetesObject,
  ofKind,
  type RenderOptions,
  renderChart,
  workloads,
} from '@tocsin/ops/charts';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../../..');
const filesIn = (folder: string, extension: string) =>
  Object.fromEntries(
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith(extension))
      .map((name) => [name, readFileSync(path.join(root, folder, name), 'utf8')]),
  );
const ruleFiles = filesIn('alerts/rules', '.yaml');
const dashboards = filesIn('dashboards', '.json');
const ruleNames = Object.values(ruleFiles)
  .flatMap((text) => (parse(text) as { groups: { rules: { alert?: string; record?: string }[] }[] }).groups)
  .flatMap(({ rules }) => rules.map(({ alert, record }) => alert ?? record));

const render = (options?: RenderOptions) => renderChart('monitoring', options);
const defaults = await render();
const dataOf = (objects: KubernetesObject[], name: string) => find(objects, 'ConfigMap', name)?.data ?? {};
const pod = (objects: KubernetesObject[], name: string) =>
  workloads(objects).find(({ object }) => object.metadata.name === name)?.template;
const environment = (objects: KubernetesObject[], name: string) =>
  Object.fromEntries(
    (pod(objects, name)?.spec.containers[0]?.env ?? []).map((entry) => [entry.name, entry.value]),
  );

/** Where the chart's Alertmanager finds its receivers. */
const standard = {
  chatopsUrl: 'http://chatops.tocsin.svc:8080',
  pagerUrl: 'http://pager.tocsin.svc:8080',
};

test('Prometheus gets the rules of alerts/rules, byte for byte', () => {
  assert.ok(ruleNames.length > 0);
  assert.deepEqual(dataOf(defaults, 'prometheus-rules'), ruleFiles);
});

test('helm test expects the rules of alerts/rules', () => {
  const { EXPECTED_RULES = '' } = environment(defaults, 'monitoring-test-rules');
  assert.deepEqual(JSON.parse(EXPECTED_RULES), ruleNames.toSorted());
});

for (const url of ['http://chatops.tocsin.svc:8080', 'https://chat.example.com:8443/ops/']) {
  test(`Alertmanager is told ${url} as on a laptop`, async () => {
    const objects = await render({ set: { 'chatops.url': url } });
    assert.equal(
      dataOf(objects, 'alertmanager')['alertmanager.yaml'],
      renderAlertmanagerConfig({ ...standard, chatopsUrl: url }),
    );
  });
}

test('pages go to the receiver of this chart, or by PagerDuty and Opsgenie with the keys of Secrets', async () => {
  assert.ok(find(defaults, 'StatefulSet', 'pager'));
  const objects = await render({ values: ['ci/pagers-values.yaml'] });
  assert.equal(find(objects, 'StatefulSet', 'pager'), undefined);
  assert.equal(
    dataOf(objects, 'alertmanager')['alertmanager.yaml'],
    renderAlertmanagerConfig({
      ...standard,
      publicUrl: 'https://ops.example.com/',
      pagerdutyKeyFile: '/etc/alertmanager/pagerduty/key',
      pagerdutyUrl: 'https://events.eu.pagerduty.com/v2/enqueue',
      opsgenieKeyFile: '/etc/alertmanager/opsgenie/key',
      opsgenieUrl: 'https://api.eu.opsgenie.com/',
    }),
  );
  const { volumes = [], containers } = pod(objects, 'alertmanager')?.spec ?? assert.fail();
  const keys = volumes.flatMap(({ name, secret }) => {
    const place = containers[0]?.volumeMounts?.find((mount) => mount.name === name)?.mountPath;
    return secret ? [[place, secret.secretName, secret.items]] : [];
  });
  assert.deepEqual(keys, [
    ['/etc/alertmanager/opsgenie', 'opsgenie', [{ key: 'integration-key', path: 'key' }]],
    ['/etc/alertmanager/pagerduty', 'pagerduty', [{ key: 'routing-key', path: 'key' }]],
  ]);
});

test('the ops room is by default the Service of this namespace', () => {
  assert.equal(dataOf(defaults, 'alertmanager')['alertmanager.yaml'], renderAlertmanagerConfig(standard));
});

test('Grafana gets every dashboard, byte for byte, and opens with one of them', () => {
  const names = Object.keys(dashboards).map((file) => `dashboard-${path.basename(file, '.json')}`);
  assert.ok(names.length > 0);
  assert.deepEqual(Object.assign({}, ...names.map((name) => dataOf(defaults, name))), dashboards);

  const sources = pod(defaults, 'grafana')?.spec.volumes?.find(
    ({ name }) => name === 'dashboards',
  )?.projected;
  assert.deepEqual(
    sources?.sources?.map(({ configMap }) => configMap?.name),
    names,
  );
  const home = environment(defaults, 'grafana').GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
  assert.ok(path.basename(home ?? '') in dashboards, home);
});

test('Grafana is open to anybody on kind alone', async () => {
  const anonymous = async (values: string[]) =>
    environment(await render({ values }), 'grafana').GF_AUTH_ANONYMOUS_ENABLED;
  assert.equal(await anonymous([]), 'false');
  assert.equal(await anonymous(['values-kind.yaml']), 'true');
});

test('a changed setting restarts who reads it, and nobody else', async () => {
  const changed = await render({ set: { scrapeInterval: '30s' } });
  // Without a cluster to look in, each rendering makes new passwords.
  const settings = (annotations: Record<string, string> = {}) =>
    JSON.stringify(Object.entries(annotations).filter(([name]) => !name.startsWith('checksum/secret')));
  const restarted = workloads(defaults)
    .map(({ object, template }) => ({ name: object.metadata.name, before: template.metadata?.annotations }))
    .filter(({ name, before }) => settings(before) !== settings(pod(changed, name)?.metadata?.annotations));
  // Grafana draws no finer than what is scraped.
  assert.deepEqual(
    restarted.map(({ name }) => name),
    ['grafana', 'prometheus'],
  );
});

test('who reads a password is replaced when it changes', async () => {
  for (const name of ['grafana', 'bugsink']) {
    const { before, after } = {
      before: pod(defaults, name)?.metadata?.annotations,
      after: pod(await render(), name)?.metadata?.annotations,
    };
    const key =
      Object.keys(before ?? {}).find((annotation) => annotation.startsWith('checksum/secret')) ?? '';
    assert.match(before?.[key] ?? '', /^[0-9a-f]{64}$/, name);
    assert.notEqual(before?.[key], after?.[key], name);
  }
});

test('the services report crashes to the project that Bugsink makes at its start', async () => {
  const dsn = new URL(find(defaults, 'Secret', 'bugsink-dsn')?.stringData?.dsn ?? '');
  assert.match(dsn.username, /^[0-9a-f]{32}$/);
  assert.equal(`${dsn.host}${dsn.pathname}`, 'bugsink:8000/1');
  const [project] = pod(defaults, 'bugsink')?.spec.initContainers ?? [];
  const secretOf = (objects: KubernetesObject[]) =>
    pod(objects, 'bugsink')?.spec.initContainers?.[0]?.env?.find(({ name }) => name === 'DSN')?.valueFrom
      ?.secretKeyRef?.name;
  assert.match(project?.args?.[0] ?? '', /Project\.objects\.update_or_create/);
  assert.equal(secretOf(defaults), 'bugsink-dsn');
  assert.equal(secretOf(await render({ values: ['ci/own-secrets-values.yaml'] })), 'bugsink-secrets');
});

test('Bugsink knows when people come to it by HTTPS, without which it lets nobody sign in', async () => {
  const { BEHIND_HTTPS_PROXY: plain, ALLOWED_HOSTS: hosts } = environment(defaults, 'bugsink');
  assert.deepEqual([plain, hosts], [undefined, 'bugsink,localhost']);
  const production = environment(await render({ values: ['values-production.yaml'] }), 'bugsink');
  assert.partialDeepStrictEqual(production, {
    BASE_URL: 'https://crashes.example.com',
    BEHIND_HTTPS_PROXY: 'true',
    ALLOWED_HOSTS: 'bugsink,localhost,crashes.example.com',
  });
});

test('silences, the notification log, samples, pages and crash reports are on volumes', () => {
  const mounts = ofKind(defaults, 'StatefulSet').map(({ metadata, spec }) => [
    metadata.name,
    spec?.volumeClaimTemplates?.map((claim) => claim.metadata?.name),
    spec?.template.spec?.containers[0]?.volumeMounts?.find(({ name }) => name === 'data')?.mountPath,
  ]);
  assert.deepEqual(mounts, [
    ['alertmanager', ['data'], '/alertmanager'],
    ['bugsink', ['data'], '/data'],
    ['grafana', ['data'], '/var/lib/grafana'],
    ['pager', ['data'], '/data'],
    ['prometheus', ['data'], '/prometheus'],
  ]);
  const flags = pod(defaults, 'alertmanager')?.spec.containers[0]?.args ?? [];
  assert.ok(flags.includes('--storage.path=/alertmanager'));
});

test('nothing may look beyond its namespace, and nothing but node_exporter is outside of it', () => {
  assert.deepEqual(ofKind(defaults, 'ClusterRole'), []);
  const outside = defaults.filter(({ metadata }) => metadata.namespace === 'tocsin-node');
  assert.deepEqual(
    outside.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ['Role prometheus', 'RoleBinding prometheus', 'Service node-exporter', 'DaemonSet node-exporter'],
  );
  const shared = workloads(defaults).filter(
    ({ template }) => template.spec.hostNetwork || template.spec.hostPID,
  );
  assert.deepEqual(
    shared.map(({ object }) => object.metadata.name),
    ['node-exporter'],
  );
});

test('a value that does not exist is refused', async () => {
  await assert.rejects(render({ set: { 'prometheus.retentoin': '1d' } }), /retentoin/);
});
