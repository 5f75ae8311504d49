import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { findProgram } from '@tocsin/ops';
import { find, renderChart } from '@tocsin/ops/charts';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';

type Labels = Record<string, string>;
interface Scrape {
  job_name: string;
  honor_labels?: boolean;
  kubernetes_sd_configs?: object[];
  static_configs?: object[];
}
interface Config {
  global: object;
  scrape_configs: Scrape[];
}

async function configOf(values: string[]): Promise<Config> {
  const configMap = find(await renderChart('monitoring', { values }), 'ConfigMap', 'prometheus');
  return parse(configMap?.data?.['prometheus.yaml'] ?? '');
}
const config = await configOf([]);
const scrapeOf = (job: string) => config.scrape_configs.find(({ job_name }) => job_name === job);

const pod = (name: string, component: string, port: string, phase = 'Running'): Labels => ({
  __address__: '10.244.0.7:9102',
  __meta_kubernetes_namespace: 'tocsin',
  __meta_kubernetes_pod_name: `${name}-7d9f`,
  __meta_kubernetes_pod_node_name: 'worker',
  __meta_kubernetes_pod_phase: phase,
  __meta_kubernetes_pod_ready: 'false',
  __meta_kubernetes_pod_label_app_kubernetes_io_name: name,
  __meta_kubernetes_pod_label_app_kubernetes_io_component: component,
  __meta_kubernetes_pod_container_port_name: port,
  __meta_kubernetes_pod_container_port_number: '9102',
});
const service = (port: string): Labels => ({
  __address__: 'orders.tocsin.svc:8080',
  __meta_kubernetes_namespace: 'tocsin',
  __meta_kubernetes_service_label_app_kubernetes_io_component: 'service',
  __meta_kubernetes_service_label_app_kubernetes_io_name: 'orders',
  __meta_kubernetes_service_port_name: port,
});

/** What Kubernetes may show, by a name for it here. */
const inKubernetes: Record<string, Labels> = {
  orders: pod('orders', 'service', 'admin'),
  "orders' API": pod('orders', 'service', 'http'),
  'orders, pending': pod('orders', 'service', 'admin', 'Pending'),
  'orders, over': pod('orders', 'service', 'admin', 'Succeeded'),
  'orders, failed': pod('orders', 'service', 'admin', 'Failed'),
  prometheus: pod('prometheus', 'monitoring', 'metrics'),
  alertmanager: pod('alertmanager', 'monitoring', 'metrics'),
  kafka: pod('kafka', 'broker', 'metrics'),
  "kafka's admin": pod('kafka', 'broker', 'admin'),
  postgres: pod('postgres', 'database', 'metrics'),
  'node-exporter': {
    ...pod('node-exporter', 'monitoring', 'metrics'),
    __meta_kubernetes_namespace: 'tocsin-node',
  },
  'kube-state-metrics': pod('kube-state-metrics', 'monitoring', 'metrics'),
  pushgateway: pod('pushgateway', 'monitoring', 'metrics'),
};
const services = { 'the API of orders': service('http'), 'the admin port of orders': service('admin') };

/** The targets that a job makes of them, with their labels, as Prometheus sees it. */
async function targetsOf(
  job: string,
  discovered: Record<string, Labels>,
  scrape = scrapeOf(job),
): Promise<Record<string, Labels>> {
  const { kubernetes_sd_configs: _, ...rest } = scrape ?? {};
  const static_configs = Object.entries(discovered).map(([name, { __address__, ...labels }]) => ({
    targets: [__address__],
    labels: { ...labels, __meta_name: name },
  }));
  const folder = await mkdtemp(path.join(tmpdir(), 'scraping-'));
  try {
    const file = path.join(folder, 'prometheus.yaml');
    await writeFile(
      file,
      stringify({ global: config.global, scrape_configs: [{ ...rest, static_configs }] }),
    );
    // It listens for changes until the time is over.
    const args = ['check', 'service-discovery', '--timeout=3s', file, job];
    const { stdout } = await execa(await findProgram('promtool'), args);
    const results: { discoveredLabels: Labels; labels: Labels }[] = JSON.parse(stdout);
    assert.equal(results.length, static_configs.length, stdout);
    return Object.fromEntries(
      results
        .filter(({ labels }) => Object.keys(labels).length > 0)
        .map(({ discoveredLabels, labels }) => [discoveredLabels.__meta_name, labels]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
const podJobs = ['services', 'pods', 'kube-state-metrics', 'pushgateway'];
const [ours, others, kubeStateMetrics, pushgateway, probes] = await Promise.all([
  ...podJobs.map((job) => targetsOf(job, inKubernetes)),
  targetsOf('probe', services),
]);
const visible = (labels: Labels = {}) =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));

test('a service is scraped on its admin port while it runs, ready or not, with the labels that it has on a laptop', () => {
  assert.deepEqual(Object.keys(ours ?? {}), ['orders']);
  assert.deepEqual(visible(ours?.orders), {
    job: 'services',
    namespace: 'tocsin',
    service: 'orders',
    pod: 'orders-7d9f',
    instance: 'orders-7d9f:9102',
  });
});

test('whatever else has metrics is the job of its name', () => {
  const expected = ['alertmanager', 'kafka', 'node-exporter', 'postgres', 'prometheus'];
  assert.deepEqual(Object.keys(others ?? {}).sort(), expected);
  for (const name of expected) {
    const { node, ...labels } = visible(others?.[name]);
    const place = { namespace: 'tocsin', pod: `${name}-7d9f`, instance: `${name}-7d9f:9102` };
    assert.deepEqual(labels, { job: name, service: name, ...place });
    assert.equal(node, name === 'node-exporter' ? 'worker' : undefined, 'the node that it speaks of');
  }
});

test('kube-state-metrics and Pushgateway speak for others, and their labels are believed', () => {
  for (const [job, targets] of Object.entries({ 'kube-state-metrics': kubeStateMetrics, pushgateway })) {
    assert.deepEqual(Object.keys(targets ?? {}), [job]);
    assert.partialDeepStrictEqual(visible(targets?.[job]), { job, service: job, namespace: 'tocsin' });
  }
  const believed = config.scrape_configs.filter(({ honor_labels }) => honor_labels);
  assert.deepEqual(
    believed.map(({ job_name }) => job_name),
    ['kube-state-metrics', 'pushgateway'],
  );
});

test('blackbox_exporter asks each service by its name', () => {
  assert.deepEqual(Object.keys(probes ?? {}), ['the API of orders']);
  const url = 'http://orders.tocsin.svc:8080/openapi.json';
  assert.partialDeepStrictEqual(probes?.['the API of orders'], {
    __address__: 'blackbox-exporter:9115',
    __metrics_path__: '/probe',
    __param_module: 'http_2xx',
    __param_target: url,
  });
  const labels = { job: 'probe', namespace: 'tocsin', service: 'orders', instance: url };
  assert.deepEqual(visible(probes?.['the API of orders']), labels);
});

test('listeners are asked for their certificates, as part of the same job', async () => {
  const { scrape_configs } = await configOf(['ci/listeners-values.yaml']);
  const scrape = scrape_configs.find(({ job_name }) => job_name === 'listeners');
  assert.deepEqual(scrape?.static_configs, [
    { targets: ['shop.example:443'], labels: { namespace: 'tocsin', service: 'shop' } },
    { targets: ['mail.example:465'], labels: { namespace: 'tocsin', service: 'mail' } },
  ]);
  const address = { __address__: 'shop.example:443', namespace: 'tocsin', service: 'shop' };
  const { shop } = await targetsOf('listeners', { shop: address }, scrape);
  assert.partialDeepStrictEqual(shop, {
    __address__: 'blackbox-exporter:9115',
    __param_module: 'tls',
    __param_target: 'shop.example:443',
  });
  const labels = { job: 'probe', namespace: 'tocsin', service: 'shop', instance: 'shop.example:443' };
  assert.deepEqual(visible(shop), labels);
});

test('it looks as often as it judges: every 15 s, and every 5 s on kind', async () => {
  assert.deepEqual(config.global, { scrape_interval: '15s', evaluation_interval: '15s' });
  const onKind = await configOf(['values-kind.yaml']);
  assert.deepEqual(onKind.global, { scrape_interval: '5s', evaluation_interval: '5s' });
});
