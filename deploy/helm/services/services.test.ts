import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  find,
  type KubernetesObject,
  ofKind,
  type RenderOptions,
  renderChart,
  workloads,
} from '@tocsin/ops/charts';
import type { EnvVar } from 'kubernetes-types/core/v1.js';
import { lastWordsBudgetMs } from '../../../packages/kit/src/last-words.ts';
import { defaultPace } from '../../../packages/ops/src/stack/runner.ts';
import { serviceNames } from './configs.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const render = (options?: RenderOptions) => renderChart('services', options);
const defaults = await render();

const running = (objects: readonly KubernetesObject[], name: string) => {
  const object = find(objects, 'Deployment', name) ?? find(objects, 'StatefulSet', name);
  assert.ok(object?.spec?.template.spec, `${name} is not installed`);
  const [container] = object.spec.template.spec.containers;
  assert.ok(container);
  const { spec: pod, metadata } = object.spec.template;
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
  return { object, pod, container, probes, annotations: metadata?.annotations ?? {} };
};
const env = (objects: readonly KubernetesObject[], name: string, key: string): EnvVar | undefined =>
  running(objects, name).container.env?.find((entry) => entry.name === key);

test('every service of the repository is installed, by the main.ts that is there', () => {
  assert.deepEqual(readdirSync(path.join(root, 'services')).sort(), serviceNames.toSorted());
  for (const name of serviceNames) {
    const main = running(defaults, name).container.args?.at(-1) ?? '';
    assert.equal(main, `services/${name}/src/main.ts`);
    assert.ok(existsSync(path.join(root, main)), main);
  }
});

test('what keeps a file on a volume is one pod, and never two', async () => {
  const kept = ofKind(defaults, 'StatefulSet').map(({ metadata, spec }) => [metadata.name, spec?.replicas]);
  assert.deepEqual(kept, [
    ['bank', 1],
    ['chatops', 1],
  ]);
  await assert.rejects(render({ set: { 'services.bank.replicas': '2' } }), /cannot have more replicas/);
  await assert.rejects(render({ set: { 'services.chatops.autoscaling.enabled': 'true' } }), /more replicas/);
});

test('the kubelet has the patience that the supervisor of the laptop has', () => {
  const { livenessProbe } = running(defaults, 'orders').container;
  assert.equal((livenessProbe?.periodSeconds ?? 0) * 1000, defaultPace.livePeriodMs);
  assert.equal((livenessProbe?.timeoutSeconds ?? 0) * 1000, defaultPace.checkTimeoutMs);
  assert.equal(livenessProbe?.failureThreshold, defaultPace.liveFailureThreshold);
});

test('every service has the three probes, on its admin port', () => {
  for (const name of serviceNames) {
    const asked = running(defaults, name).probes.map((probe) => probe?.httpGet);
    assert.deepEqual(
      asked,
      ['/startupz', '/livez', '/readyz'].map((probe) => ({ path: probe, port: 'admin' })),
    );
  }
});

test('a pod is given the time that its drain and all the steps of its shutdown may take', async () => {
  const source = (...names: string[]) => readFileSync(path.join(root, ...names), 'utf8');
  const kit = source('packages/kit/src/service.ts') + source('packages/kit/src/service-data.ts');
  const budgets = [
    ...kit.matchAll(/(closers\.push.*)?budgetMs: (?:config\.DRAIN_DELAY_MS \+ )?([\d_]+)/g),
  ].map(([, closer, ms = '']) => ({ closer, ms: Number(ms.replaceAll('_', '')) }));
  assert.ok(budgets.length >= 8, 'the steps of the kit are written otherwise now');
  assert.equal(budgets.filter(({ closer }) => closer).length, 1, 'so are the closers of a service');
  // The kit's own patience comes after that of the steps.
  const patienceMs = 5000 + lastWordsBudgetMs;
  for (const drainMs of [5000, 10_001, 60_000]) {
    const drained = await render({ set: { drainDelayMs: String(drainMs) } });
    for (const name of serviceNames) {
      const closers = source('services', name, 'src/main.ts').split('onClose(').length - 1;
      const stepsMs = budgets.reduce((sum, { closer, ms }) => sum + (closer ? closers * ms : ms), drainMs);
      const graceMs = (running(drained, name).pod.terminationGracePeriodSeconds ?? 0) * 1000;
      assert.ok(graceMs > stepsMs + patienceMs, `${name}: ${graceMs} ms for ${stepsMs} ms`);
    }
  }
});

test('a pod that ends is out of its Service before it stops to answer, with no preStop', async () => {
  assert.equal(running(defaults, 'orders').container.lifecycle, undefined);
  const period = 'services.orders.probes.readiness.periodSeconds';
  await render({ set: { drainDelayMs: '7000', [period]: '7' } });
  await assert.rejects(
    render({ set: { drainDelayMs: '6999', [period]: '7' } }),
    /drainDelayMs is 6999: services\.orders/,
  );
});

test('a rolling update takes no pod away before its successor is ready', () => {
  for (const name of serviceNames.filter((name) => find(defaults, 'Deployment', name))) {
    assert.equal(find(defaults, 'Deployment', name)?.spec?.strategy?.rollingUpdate?.maxUnavailable, 0, name);
  }
});

test('faults can be set where drills are run, and nowhere else', async () => {
  assert.equal(env(defaults, 'orders', 'FAULTS_ENABLED')?.value, 'false');
  const production = await render({ values: ['values-production.yaml'] });
  assert.equal(env(production, 'orders', 'FAULTS_ENABLED')?.value, 'false');
  const kind = await render({ values: ['values-kind.yaml'] });
  assert.equal(env(kind, 'orders', 'FAULTS_ENABLED')?.value, 'true');
});

test('the ops room is told where people reach it, as it would say localhost by itself', async () => {
  const publicUrl = async (options?: RenderOptions) =>
    env(await render(options), 'chatops', 'PUBLIC_URL')?.value;
  assert.equal(await publicUrl(), 'http://chatops:8080');
  assert.equal(await publicUrl({ values: ['values-production.yaml'] }), 'https://ops.example.com');
});

test('each service that keeps data has a password of its own, and its pods follow it', async () => {
  const passwords = ofKind(defaults, 'Secret').map(({ metadata, stringData = {} }) => {
    const url = new URL(stringData.url ?? '');
    const name = metadata.name.replace(/-database$/, '');
    assert.deepEqual([url.username, url.pathname, url.host], [name, `/${name}`, 'postgres:5432']);
    assert.equal(url.password, stringData.password);
    assert.match(url.password, /^\w{32}$/);
    return url.password;
  });
  assert.equal(new Set(passwords).size, 6);

  // Without a cluster to look in, each rendering makes new ones.
  const again = await render();
  const checksum = (objects: readonly KubernetesObject[], name: string) =>
    running(objects, name).annotations['checksum/secrets'];
  assert.notEqual(checksum(again, 'orders'), checksum(defaults, 'orders'));
  assert.equal(checksum(again, 'traffic'), checksum(defaults, 'traffic'));
});

test('the job of the databases gets the same Secrets as the services, and the superuser', () => {
  const [job] = workloads([find(defaults, 'Job', 'databases-1') ?? assert.fail('no job databases-1')]);
  const variables = job?.template.spec.containers[0]?.env ?? [];
  const urls = variables.find(({ name }) => name === 'DATABASE_URLS')?.value?.split(',') ?? [];
  const secrets = urls.map((reference) => {
    const name = /^\$\((\w+)\)$/.exec(reference)?.[1];
    return variables.find((variable) => variable.name === name)?.valueFrom?.secretKeyRef;
  });
  assert.deepEqual(
    secrets,
    ofKind(defaults, 'Secret').map(({ metadata }) => ({ name: metadata.name, key: 'url' })),
  );
  const admin = variables.find(({ name }) => name === 'PGPASSWORD')?.valueFrom?.secretKeyRef;
  assert.deepEqual(admin, { name: 'postgres-admin', key: 'password' });
});

test('where Kafka and Postgres are others’, this chart makes nothing in them and knows no superuser', async () => {
  const external = await render({ values: ['ci/external-values.yaml'] });
  assert.deepEqual([...ofKind(external, 'Job'), ...ofKind(external, 'Secret')], []);
  const secretOf = (name: string) => env(external, name, 'DATABASE_URL')?.valueFrom?.secretKeyRef?.name;
  assert.deepEqual([secretOf('orders'), secretOf('payments')], ['orders-database', 'payments-postgres']);
  assert.equal(env(external, 'orders', 'SENTRY_DSN'), undefined);
});

test('topics are kept on three brokers in production', async () => {
  const factor = async (options?: RenderOptions) => {
    const [job] = workloads(
      ofKind(await render(options), 'Job').filter(({ metadata }) => metadata.name === 'topics-1'),
    );
    return job?.template.spec.containers[0]?.env?.find(({ name }) => name === 'TOPICS_REPLICATION_FACTOR')
      ?.value;
  };
  assert.equal(await factor(), '1');
  assert.equal(await factor({ values: ['values-production.yaml'] }), '3');
});

test('crash reports and Slack come from Secrets, and a missing DSN starts no less', async () => {
  assert.deepEqual(env(defaults, 'orders', 'SENTRY_DSN')?.valueFrom?.secretKeyRef, {
    name: 'bugsink-dsn',
    key: 'dsn',
    optional: true,
  });
  assert.equal(env(defaults, 'chatops', 'SLACK_WEBHOOK_URL'), undefined);
  const slack = await render({ values: ['ci/slack-values.yaml'] });
  assert.equal(env(slack, 'chatops', 'SLACK_WEBHOOK_URL')?.valueFrom?.secretKeyRef?.name, 'slack-webhook');
});

test('several replicas have a disruption budget; who is scaled has no number of its own', async () => {
  assert.deepEqual(ofKind(defaults, 'PodDisruptionBudget'), []);
  const replicas = await render({ values: ['ci/replicas-values.yaml'] });
  const covered = ofKind(replicas, 'PodDisruptionBudget').map(({ metadata }) => metadata.name);
  assert.deepEqual(
    covered.sort(),
    serviceNames.filter((name) => !['bank', 'chatops', 'traffic'].includes(name)).sort(),
  );
  const scaled = await render({ values: ['ci/autoscaling-values.yaml'] });
  assert.equal(find(scaled, 'Deployment', 'orders')?.spec?.replicas, undefined);
  assert.equal(find(scaled, 'HorizontalPodAutoscaler', 'orders')?.spec?.scaleTargetRef.name, 'orders');
});

test('jobs and tests run where the services may', async () => {
  const replicas = await render({ values: ['ci/replicas-values.yaml'] });
  const jobs = workloads(replicas).filter(
    ({ object }) => object.metadata.labels?.['app.kubernetes.io/component'] !== 'service',
  );
  const names = jobs.map(({ object }) => object.metadata.name);
  for (const name of ['topics-1', 'databases-1', 'reconcile', 'services-test-ready'])
    assert.ok(names.includes(name), names.join());
  for (const { object, template } of jobs) {
    const { nodeSelector, tolerations, priorityClassName } = template.spec;
    assert.deepEqual(
      { nodeSelector, tolerations, priorityClassName },
      {
        nodeSelector: { pool: 'shop' },
        tolerations: [{ key: 'shop', operator: 'Exists', effect: 'NoSchedule' }],
        priorityClassName: 'shop',
      },
      object.metadata.name,
    );
  }
});

test('a server that wants TLS gets it from services and job, with the CA that was named', async () => {
  const tls = await render({ values: ['ci/postgres-tls-values.yaml'] });
  const secured = '?sslmode=verify-full&sslrootcert=/etc/postgres-ca/root.pem';
  for (const { metadata, stringData } of ofKind(tls, 'Secret')) {
    assert.ok(
      stringData?.url?.endsWith(`.example.com:5432/${metadata.name.replace('-database', '')}${secured}`),
    );
  }
  const [job] = workloads([find(tls, 'Job', 'databases-1') ?? assert.fail('no job databases-1')]);
  const url = job?.template.spec.containers[0]?.env?.find(({ name }) => name === 'POSTGRES_URL')?.value;
  assert.equal(url, `postgres://db.example.com:5432/postgres${secured}`);
  for (const pod of [job?.template.spec, running(tls, 'orders').pod]) {
    const mount = pod?.containers[0]?.volumeMounts?.find(({ name }) => name === 'postgres-ca');
    assert.equal(mount?.mountPath, '/etc/postgres-ca');
    assert.deepEqual(pod?.volumes?.find(({ name }) => name === 'postgres-ca')?.secret?.secretName, 'db-ca');
  }
  assert.equal(
    running(tls, 'traffic').pod.volumes?.some(({ name }) => name === 'postgres-ca'),
    false,
  );
});

test('reconcile judges orders in their time, is alone, and is not there when nobody takes what it finds', async () => {
  const spec = find(defaults, 'Deployment', 'reconcile')?.spec;
  assert.equal(spec?.replicas, 1);
  assert.equal(spec?.strategy?.type, 'Recreate');
  assert.deepEqual(spec?.template.spec?.containers[0]?.args?.slice(1), [
    'reconcile',
    '--every=60s',
    '--since=15m',
    '--until=5m',
  ]);
  const without = await render({ set: { 'pushgateway.url': '' } });
  assert.equal(find(without, 'Deployment', 'reconcile'), undefined);
});

test('spans are sent where the values say, by every service, and nowhere by default', async () => {
  const traced = await render({ values: ['ci/otlp-values.yaml'] });
  const given = (objects: readonly KubernetesObject[], name: string) =>
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'].map(
      (key) => env(objects, name, key)?.value,
    );
  for (const name of serviceNames) {
    assert.deepEqual(given(traced, name), ['http://jaeger:4318', 'parentbased_traceidratio', '0.1'], name);
    assert.deepEqual(given(defaults, name), [undefined, undefined, undefined], name);
  }
});

test('the ops room shows commands that act on a cluster', () => {
  assert.equal(env(defaults, 'chatops', 'RUNBOOK_TARGET')?.value, 'TARGET=kind');
});
