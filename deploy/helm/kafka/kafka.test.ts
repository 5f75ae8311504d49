import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { brokerEnvironment } from '@tocsin/ops';
import { find, type KubernetesObject, ofKind, renderChart } from '@tocsin/ops/charts';

const three = { values: ['ci/three-brokers-values.yaml'] };

test('one broker votes for itself, keeps each record once, and may be drained', async () => {
  const objects = await renderChart('kafka');
  const settings = properties(objects);
  assert.equal(settings['controller.quorum.voters'], '0@kafka-0.kafka-nodes:9093');
  assert.equal(settings['default.replication.factor'], '1');
  assert.equal(settings['min.insync.replicas'], '1');
  assert.equal(find(objects, 'StatefulSet', 'kafka')?.spec?.replicas, 1);
  assert.deepEqual(ofKind(objects, 'PodDisruptionBudget'), []);
});

test('three brokers vote for each other, keep each record three times, and leave one at a time', async () => {
  const objects = await renderChart('kafka', three);
  const settings = properties(objects);
  assert.equal(
    settings['controller.quorum.voters'],
    '0@kafka-0.kafka-nodes:9093,1@kafka-1.kafka-nodes:9093,2@kafka-2.kafka-nodes:9093',
  );
  for (const name of ['default', 'offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic']) {
    assert.equal(settings[`${name}.replication.factor`], '3', name);
  }
  for (const name of ['min.insync.replicas', 'transaction.state.log.min.isr']) {
    assert.equal(settings[name], '2', name);
  }
  assert.equal(find(objects, 'PodDisruptionBudget', 'kafka')?.spec?.maxUnavailable, 1);
  assert.equal(
    settings['broker.session.timeout.ms'],
    undefined,
    "Kafka's own: no neighbour is fenced in haste",
  );
});

test('brokers that wait for each other start together and find each other before they are ready', async () => {
  const objects = await renderChart('kafka', three);
  const set = find(objects, 'StatefulSet', 'kafka')?.spec;
  assert.equal(set?.podManagementPolicy, 'Parallel');
  assert.equal(set?.serviceName, 'kafka-nodes');
  const nodes = find(objects, 'Service', 'kafka-nodes')?.spec;
  assert.equal(nodes?.clusterIP, 'None');
  assert.equal(nodes?.publishNotReadyAddresses, true);
});

test("the records are on the volume, which takes the place of the image's own", async () => {
  const objects = await renderChart('kafka');
  const mounts = find(objects, 'StatefulSet', 'kafka')?.spec?.template.spec?.containers[0]?.volumeMounts;
  assert.equal(mounts?.find(({ name }) => name === 'data')?.mountPath, '/var/lib/kafka/data');
  assert.match(properties(objects)['log.dirs'] ?? '', /^\/var\/lib\/kafka\/data\/./);
});

test('two brokers are refused: a quorum of two is lost with either', async () => {
  await assert.rejects(renderChart('kafka', { set: { replicas: '2' } }), /replicas/);
});

for (const [brokers, values] of [
  [1, []],
  [3, ['ci/three-brokers-values.yaml']],
] as const) {
  test(`what the laptop sets, the cluster sets too, with ${brokers}`, async () => {
    const places = Array.from({ length: brokers }, (_, index) => {
      return { nodeId: index + 1, port: 1, controllerPort: 2, data: '' };
    });
    const environment = brokerEnvironment({ nodeId: 1, port: 1, controllerPort: 2, data: '' }, places);
    const laptop = (
      await readFile(path.join(import.meta.dirname, '../../local/kafka.properties'), 'utf8')
    ).replaceAll(/\$\{env:(\w+)\}/g, (_, name) => environment[name] ?? '');
    const ours = properties(await renderChart('kafka', { values: [...values] }));
    // Where it is, who it is, and how it reads its environment.
    const own =
      /^(config\.providers|node\.id|advertised\.listeners|listeners|log\.dirs|controller\.quorum\.voters)/;
    // On a cluster a rollout must not fence the neighbours; on the laptop a drill waits for it.
    const hasty = brokers === 1 ? /^$/ : /^broker\.(session|heartbeat)\./;
    const differing = Object.entries(parseProperties(laptop)).filter(
      ([name, value]) => !own.test(name) && !hasty.test(name) && ours[name] !== value,
    );
    assert.deepEqual(differing, []);
  });
}

test('a setting of the user comes last, and changes the pods', async () => {
  const given = { values: ['ci/settings-values.yaml'] };
  const settings = properties(await renderChart('kafka', given));
  assert.equal(settings['log.retention.hours'], '48');
  assert.equal(settings['message.max.bytes'], '2000000', 'not 2e+06');
  assert.equal(settings['log.cleaner.min.cleanable.ratio'], '0.25');
  assert.notEqual(await checksum(given), await checksum({}));
});

test('metrics come by an agent that our image brings, and go when they are switched off', async () => {
  const pod = find(await renderChart('kafka'), 'StatefulSet', 'kafka')?.spec?.template.spec;
  assert.equal(pod?.initContainers?.[0]?.image, 'tocsin/platform:0.1.0');
  const options = pod?.containers[0]?.env?.find(({ name }) => name === 'KAFKA_OPTS')?.value;
  assert.match(options ?? '', /-javaagent:\/jmx\/jmx_prometheus_javaagent\.jar=9404:/);
  assert.ok(pod?.containers[0]?.ports?.some(({ name }) => name === 'metrics'));

  const without = { values: ['ci/without-metrics-values.yaml'] };
  assert.doesNotMatch(JSON.stringify(await renderChart('kafka', without)), /jmx|9404|javaagent/);
});

test('only those named reach the broker, and nobody else its controller', async () => {
  const policy = find(await renderChart('kafka'), 'NetworkPolicy', 'kafka')?.spec;
  const arrows = policy?.ingress?.map(({ from, ports }) => [
    from?.flatMap(({ podSelector }) => podSelector?.matchExpressions?.[0]?.values),
    ports?.map(({ port }) => port),
  ]);
  const clients = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'];
  assert.deepEqual(arrows, [
    [[...clients, 'topics', 'reconcile', 'kminion', 'kafka-test'], ['kafka']],
    [['kafka'], ['kafka', 'controller']],
    [['prometheus'], ['metrics']],
  ]);
});

test('with Prometheus Operator its Prometheus scrapes our own brokers', async () => {
  const policy = find(
    await renderChart('kafka', { values: ['ci/operator-values.yaml'] }),
    'NetworkPolicy',
    'kafka',
  );
  const scraping = policy?.spec?.ingress?.find(({ ports }) => ports?.some(({ port }) => port === 'metrics'));
  assert.deepEqual(scraping?.from, [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } } },
  ]);
});

test('one of three brokers is ready when it has caught up; a single one, when it listens', async () => {
  const readiness = async (options: { values?: string[] }) =>
    find(await renderChart('kafka', options), 'StatefulSet', 'kafka')?.spec?.template.spec?.containers[0]
      ?.readinessProbe;
  assert.deepEqual((await readiness({}))?.tcpSocket, { port: 'kafka' });
  assert.deepEqual((await readiness(three))?.exec?.command, ['bash', '/mnt/shared/config/ready.sh']);
  const given = find(await renderChart('kafka', three), 'ConfigMap', 'kafka-config')?.data;
  assert.ok(given?.['ready.sh']);
});

test('for production Strimzi keeps three brokers, with TLS and SCRAM', async () => {
  const objects = await renderChart('kafka', { values: ['values-production.yaml'] });
  assert.deepEqual(ofKind(objects, 'StatefulSet'), []);
  assert.partialDeepStrictEqual(find(objects, 'Kafka', 'kafka')?.spec, {
    kafka: {
      version: '4.3.1',
      listeners: [
        {
          port: 9093,
          tls: true,
          authentication: { type: 'scram-sha-512' },
          networkPolicyPeers: [{ podSelector: { matchExpressions: [{ key: 'app.kubernetes.io/name' }] } }],
        },
      ],
      config: {
        'default.replication.factor': 3,
        'min.insync.replicas': 2,
        'auto.create.topics.enable': false,
      },
    },
  });
  const pool = find(objects, 'KafkaNodePool', 'kafka-brokers');
  assert.equal(pool?.metadata.labels?.['strimzi.io/cluster'], 'kafka');
  assert.partialDeepStrictEqual(pool?.spec, { replicas: 3, roles: ['broker', 'controller'] });
  assert.partialDeepStrictEqual(find(objects, 'KafkaUser', 'tocsin')?.spec, {
    authentication: { type: 'scram-sha-512' },
  });
  assert.partialDeepStrictEqual(find(objects, 'PodMonitor', 'kafka')?.spec, {
    selector: { matchLabels: { 'strimzi.io/cluster': 'kafka' } },
    podMetricsEndpoints: [{ port: 'tcp-prometheus' }],
  });
});

test("Strimzi's brokers report under the same names as ours, which the rules read", async () => {
  const objects = await renderChart('kafka', { values: ['values-production.yaml'] });
  const { name, key } = { name: 'kafka-metrics', key: 'jmx-exporter.yaml' };
  assert.partialDeepStrictEqual(find(objects, 'Kafka', 'kafka')?.spec, {
    kafka: {
      metricsConfig: { type: 'jmxPrometheusExporter', valueFrom: { configMapKeyRef: { name, key } } },
    },
  });
  const ours = find(await renderChart('kafka'), 'ConfigMap', 'kafka-config')?.data?.[key];
  assert.equal(find(objects, 'ConfigMap', name)?.data?.[key], ours ?? assert.fail());
});

test('a Kafka that is elsewhere is left alone', async () => {
  assert.deepEqual(await renderChart('kafka', { values: ['ci/external-values.yaml'] }), []);
});

function properties(objects: readonly KubernetesObject[]): Record<string, string> {
  return parseProperties(find(objects, 'ConfigMap', 'kafka-config')?.data?.['server.properties'] ?? '');
}

/** The last of two lines with the same name counts, as it does to Kafka. */
function parseProperties(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^[a-z]/.test(line));
  return Object.fromEntries(lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
}

async function checksum(options: { values?: string[] }): Promise<string | undefined> {
  const set = find(await renderChart('kafka', options), 'StatefulSet', 'kafka');
  return set?.spec?.template.metadata?.annotations?.['checksum/config'];
}
