import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { findProgram, testSite } from '@tocsin/ops';
import { find, type KubernetesObject, ofKind, renderChart } from '@tocsin/ops/charts';
import { execa } from 'execa';
import { parse } from 'yaml';
import { declareParts } from './parts.ts';
import { ports } from './ports.ts';

type Labels = Record<string, string>;
interface Config {
  scrape_configs: { job_name: string; honor_labels?: boolean; metrics_path?: string; params?: object }[];
}

const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-prometheus-'));
after(() => rm(folder, { recursive: true }));
const site = testSite(path.resolve(import.meta.dirname, '../..'), folder, ports, 3);
await declareParts(site)
  .find(({ name }) => name === 'prometheus')
  ?.prepare?.();
const file = path.join(folder, 'prometheus/prometheus.yaml');
const config: Config = parse(await readFile(file, 'utf8'));
const drilled = { targets: ['127.0.0.1:1'], labels: { namespace: 'tocsin', service: 'shop', module: 'tls' } };
await writeFile(path.join(site.probeDir, 'drill.json'), JSON.stringify([drilled]));

const inCluster = await renderChart('monitoring');
const clusterConfig: Config = parse(
  find(inCluster, 'ConfigMap', 'prometheus')?.data?.['prometheus.yaml'] ?? '',
);

/** The targets of a job, with their labels, as Prometheus sees them. */
async function targetsOf(job: string): Promise<Labels[]> {
  // It listens for changes until the time is over.
  const args = ['check', 'service-discovery', '--timeout=5s', file, job];
  const { stdout } = await execa(await findProgram('promtool'), args);
  return (JSON.parse(stdout) as { labels: Labels }[]).map(({ labels }) => labels);
}
const jobs = config.scrape_configs.map(({ job_name }) => job_name);
const targets = new Map(await Promise.all(jobs.map(async (job) => [job, await targetsOf(job)] as const)));

/** What the pods are whose port named metrics is scraped. */
function podsWithMetrics(objects: readonly KubernetesObject[]): string[] {
  return (['Deployment', 'StatefulSet', 'DaemonSet'] as const).flatMap((kind) =>
    ofKind(objects, kind).flatMap(({ spec }) => {
      const { metadata, spec: pod } = spec?.template ?? {};
      const ports = pod?.containers.flatMap((container) => container.ports ?? []) ?? [];
      return ports.some(({ name }) => name === 'metrics')
        ? [metadata?.labels?.['app.kubernetes.io/name'] ?? '']
        : [];
    }),
  );
}

test('the jobs are those of the cluster, without what only a cluster has', async () => {
  const pods = [inCluster, await renderChart('kafka'), await renderChart('postgres')].flatMap(
    podsWithMetrics,
  );
  const named = clusterConfig.scrape_configs.map(({ job_name }) => job_name);
  const onlyThere = ['grafana', 'kube-state-metrics'];
  const expected = new Set([...named, ...pods].filter((job) => ![...onlyThere, 'pods'].includes(job)));
  assert.deepEqual(jobs.toSorted(), [...expected].sort());
});

test('every target has the labels that a pod has, but for the pod', () => {
  for (const [job, found] of targets) {
    assert.ok(found.length > 0, job);
    for (const labels of found) {
      const visible = Object.keys(labels).filter((name) => !name.startsWith('__'));
      assert.deepEqual(visible.sort(), ['instance', 'job', 'namespace', 'service'], job);
      assert.equal(labels.namespace, 'tocsin');
      assert.equal(labels.job, job);
      // Whatever is no service of ours is the job of its name.
      if (!['services', 'probe'].includes(job)) assert.equal(labels.service, job);
    }
  }
  assert.deepEqual(
    targets
      .get('kafka')
      ?.map(({ instance }) => instance)
      .sort(),
    ['127.0.0.1:9404', '127.0.0.1:9405', '127.0.0.1:9406'],
  );
});

test('our services are scraped and asked, all of them, as in the cluster', async () => {
  const objects = await renderChart('services');
  const deployed = (['Deployment', 'StatefulSet'] as const)
    .flatMap((kind) => ofKind(objects, kind))
    .filter(({ spec }) => spec?.template.metadata?.labels?.['app.kubernetes.io/component'] === 'service')
    .map(({ metadata }) => metadata.name);
  const serviceOf = ({ service = '' }: Labels) => service;
  assert.deepEqual(targets.get('services')?.map(serviceOf).sort(), deployed.sort());
  const asked = targets.get('probe')?.filter(({ service }) => service !== 'shop') ?? [];
  assert.deepEqual(asked.map(serviceOf).sort(), deployed);
  for (const { service = '', ...labels } of asked) {
    const url = `http://127.0.0.1:${ports[service as 'orders'].http}/openapi.json`;
    assert.partialDeepStrictEqual(labels, {
      __address__: '127.0.0.1:9115',
      __metrics_path__: '/probe',
      __param_module: 'http_2xx',
      __param_target: url,
      instance: url,
    });
  }
  const probe = (from: Config) => {
    const { metrics_path, params } = from.scrape_configs.find(({ job_name }) => job_name === 'probe') ?? {};
    return { metrics_path, params };
  };
  assert.deepEqual(probe(config), probe(clusterConfig));
});

test('a file in .tocsin/probe adds a listener, and says by which module it is asked', () => {
  const added = targets.get('probe')?.find(({ service }) => service === 'shop');
  assert.partialDeepStrictEqual(added, { __param_module: 'tls', __param_target: '127.0.0.1:1' });
});

test('who speaks for others is believed, as in the cluster; node_exporter, too, for it speaks of volumes', () => {
  const believed = (from: Config) =>
    from.scrape_configs.flatMap(({ job_name, honor_labels }) => (honor_labels ? [job_name] : []));
  const onlyHere = ['node-exporter'];
  const onlyThere = ['kube-state-metrics'];
  assert.deepEqual(
    believed(config).filter((job) => !onlyHere.includes(job)),
    believed(clusterConfig).filter((job) => !onlyThere.includes(job)),
  );
});
