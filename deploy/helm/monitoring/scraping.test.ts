import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { findProgram } from '@tocsin/ops';
import { find, renderChart } from '@tocsin/ops/charts';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';

type Labels = Record<string, string>;
interface Scrape {
  job_name: string;
  honor_labels?: boolean;
  kubernetes_sd_configs: object[];
}
interface Config {
  global: object;
  scrape_configs: Scrape[];
}

const objects = await renderChart('monitoring');
const config: Config = parse(find(objects, 'ConfigMap', 'prometheus')?.data?.['prometheus.yaml'] ?? '');

/** The labels that Prometheus gives what it discovers; undefined when it passes it over. */
async function labelsOf(job: string, discovered: Labels): Promise<Labels | undefined> {
  const scrape = config.scrape_configs.find(({ job_name }) => job_name === job);
  assert.ok(scrape, job);
  const { kubernetes_sd_configs: _, ...rest } = scrape;
  const { __address__, ...labels } = discovered;
  const folder = await mkdtemp(path.join(tmpdir(), 'scraping-'));
  try {
    const file = path.join(folder, 'prometheus.yaml');
    const scrape_configs = [{ ...rest, static_configs: [{ targets: [__address__], labels }] }];
    await writeFile(file, stringify({ global: config.global, scrape_configs }));
    // It listens for changes until the time is over.
    const args = ['check', 'service-discovery', '--timeout=2s', file, job];
    const { stdout } = await execa(await findProgram('promtool'), args);
    const [target] = JSON.parse(stdout) as { labels: Labels }[];
    return target && Object.keys(target.labels).length > 0 ? target.labels : undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const pod = (name: string, component: string, port: string, number: number, others: Labels = {}): Labels => ({
  __address__: `10.244.0.7:${number}`,
  __meta_kubernetes_namespace: 'tocsin',
  __meta_kubernetes_pod_name: `${name}-7d9f`,
  __meta_kubernetes_pod_node_name: 'worker',
  __meta_kubernetes_pod_phase: 'Running',
  __meta_kubernetes_pod_ready: 'false',
  __meta_kubernetes_pod_label_app_kubernetes_io_name: name,
  __meta_kubernetes_pod_label_app_kubernetes_io_component: component,
  __meta_kubernetes_pod_container_port_name: port,
  __meta_kubernetes_pod_container_port_number: String(number),
  ...others,
});
const visible = (labels: Labels | undefined) =>
  labels && Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));

suite('what Prometheus makes of what it discovers', { concurrency: 20 }, () => {
  test('a service has the labels that it has on a laptop, ready or not', async () => {
    assert.deepEqual(visible(await labelsOf('services', pod('orders', 'service', 'admin', 9102))), {
      job: 'services',
      namespace: 'tocsin',
      service: 'orders',
      pod: 'orders-7d9f',
      instance: 'orders-7d9f:9102',
    });
  });

  test('only the admin port of a service is scraped, by one job', async () => {
    assert.equal(await labelsOf('services', pod('orders', 'service', 'http', 8080)), undefined);
    assert.equal(await labelsOf('services', pod('kafka', 'broker', 'admin', 9102)), undefined);
    assert.equal(await labelsOf('pods', pod('orders', 'service', 'admin', 9102)), undefined);
  });

  for (const name of ['prometheus', 'alertmanager', 'kafka', 'postgres']) {
    test(`${name} is the job ${name}`, async () => {
      const labels = visible(await labelsOf('pods', pod(name, 'monitoring', 'metrics', 9090)));
      assert.partialDeepStrictEqual(labels, { job: name, service: name, namespace: 'tocsin' });
    });
  }

  for (const name of ['kube-state-metrics', 'pushgateway']) {
    test(`${name} speaks for others, and its labels are believed`, async () => {
      const target = pod(name, 'monitoring', 'metrics', 8080);
      assert.equal(await labelsOf('pods', target), undefined);
      assert.partialDeepStrictEqual(visible(await labelsOf(name, target)), { job: name, service: name });
      assert.equal(config.scrape_configs.find(({ job_name }) => job_name === name)?.honor_labels, true);
    });
  }

  test('a pod that is over is no target', async () => {
    for (const phase of ['Succeeded', 'Failed', 'Pending']) {
      const over = pod('orders', 'service', 'admin', 9102, { __meta_kubernetes_pod_phase: phase });
      assert.equal(await labelsOf('services', over), undefined, phase);
    }
  });

  test('node_exporter names its node', async () => {
    const labels = await labelsOf('pods', pod('node-exporter', 'monitoring', 'metrics', 9100));
    assert.equal(labels?.node, 'worker');
    const others = await labelsOf('pods', pod('kafka', 'broker', 'metrics', 9404));
    assert.ok(others && !('node' in others));
  });

  test('blackbox_exporter asks each service by name', async () => {
    const service = (port: string): Labels => ({
      __address__: 'orders.tocsin.svc:8080',
      __meta_kubernetes_namespace: 'tocsin',
      __meta_kubernetes_service_label_app_kubernetes_io_component: 'service',
      __meta_kubernetes_service_label_app_kubernetes_io_name: 'orders',
      __meta_kubernetes_service_port_name: port,
    });
    assert.equal(await labelsOf('blackbox', service('admin')), undefined);
    assert.partialDeepStrictEqual(await labelsOf('blackbox', service('http')), {
      __address__: 'blackbox-exporter:9115',
      __metrics_path__: '/probe',
      __param_module: 'http_2xx',
      __param_target: 'http://orders.tocsin.svc:8080/openapi.json',
      instance: 'http://orders.tocsin.svc:8080/openapi.json',
      job: 'blackbox',
      namespace: 'tocsin',
      service: 'orders',
    });
  });
});

test('it looks as often as it judges: 15 s, and 5 s on kind', async () => {
  assert.deepEqual(config.global, { scrape_interval: '15s', evaluation_interval: '15s' });
  const onKind = find(
    await renderChart('monitoring', { values: ['values-kind.yaml'] }),
    'ConfigMap',
    'prometheus',
  );
  assert.deepEqual((parse(onKind?.data?.['prometheus.yaml'] ?? '') as Config).global, {
    scrape_interval: '5s',
    evaluation_interval: '5s',
  });
});
