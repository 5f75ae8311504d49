// In production the services find Kafka and Postgres where those charts put them, and are let in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, type KubernetesObject, ofKind, renderChart, workloads } from '@tocsin/ops/charts';

const production = { values: ['values-production.yaml'] };
const services = await renderChart('services', production);
const provider = await renderChart('services', { values: ['ci/kafka-access-values.yaml'] });
const speakers = [
  'customers',
  'inventory',
  'notifications',
  'orders',
  'payments',
  'reconcile',
  'shipping',
  'topics',
];

/** The pods of services and jobs, by the name of their container. */
const pods = (objects: readonly KubernetesObject[]) =>
  new Map(
    workloads(objects)
      .filter(({ object }) => object.kind !== 'Pod')
      .map(({ template }) => [template.spec.containers[0]?.name ?? '', template.spec]),
  );

/** What of Kafka is in a pod: its environment, where a reference stands as secret/key, and its volumes. */
function kafkaOf(objects: readonly KubernetesObject[], name: string) {
  const pod = pods(objects).get(name);
  const [container] = pod?.containers ?? [];
  assert.ok(pod && container, `${name} is not installed`);
  const env = (container.env ?? []).flatMap(({ name: key, value, valueFrom }) => {
    const reference = valueFrom?.secretKeyRef;
    return key.startsWith('KAFKA_') ? [[key, reference ? `${reference.name}/${reference.key}` : value]] : [];
  });
  const isCa = ({ name: volume }: { name: string }) => volume === 'kafka-ca';
  return {
    env: Object.fromEntries(env) as Record<string, string>,
    secret: pod.volumes?.find(isCa)?.secret,
    mount: container.volumeMounts?.find(isCa),
  };
}

const portsTo = (objects: readonly KubernetesObject[], policy: string, name: string) =>
  (find(objects, 'NetworkPolicy', policy)?.spec?.egress ?? [])
    .filter(({ to }) => JSON.stringify(to).includes(`"${name}"`))
    .flatMap(({ ports = [] }) => ports.map(({ port }) => port));

test('who speaks Kafka has the address, the CA and the login that Strimzi makes', async () => {
  const kafka = await renderChart('kafka', production);
  const [cluster] = ofKind(kafka, 'Kafka');
  const [user] = ofKind(kafka, 'KafkaUser');
  assert.ok(cluster && user);
  const ca = `${cluster.metadata.name}-cluster-ca-cert`;
  for (const name of speakers) {
    const { env, secret, mount } = kafkaOf(services, name);
    assert.deepEqual(env, {
      KAFKA_BROKERS: `${cluster.metadata.name}-kafka-bootstrap:9093`,
      KAFKA_CA_FILE: `${mount?.mountPath}/ca.crt`,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: user.metadata.name,
      KAFKA_SASL_PASSWORD: `${user.metadata.name}/password`,
    });
    assert.deepEqual(secret, { secretName: ca, items: [{ key: 'ca.crt', path: 'ca.crt' }] });
    assert.equal(mount?.subPath, undefined, 'Kubernetes would never renew it');
    assert.deepEqual(portsTo(services, name, 'kafka'), [9093]);
  }
  const tls = { port: 9093, tls: true, authentication: { type: 'scram-sha-512' } };
  assert.partialDeepStrictEqual(cluster.spec, { kafka: { listeners: [tls] } });
});

test('nobody else has a login to Kafka', () => {
  const others = [...pods(services).keys()].filter((name) => !speakers.includes(name));
  assert.ok(others.includes('bank') && others.includes('databases'), others.join());
  for (const name of others) {
    assert.deepEqual(kafkaOf(services, name), { env: {}, secret: undefined, mount: undefined }, name);
    assert.deepEqual(portsTo(services, name, 'kafka'), []);
  }
});

test('the services and the job find the database that CloudNativePG keeps, and its superuser', async () => {
  const [cluster] = ofKind(await renderChart('postgres', production), 'Cluster');
  const variables = pods(services).get('databases')?.containers[0]?.env ?? [];
  const variable = (name: string) => variables.find((entry) => entry.name === name);
  const host = new URL(variable('POSTGRES_URL')?.value ?? '').hostname;
  const secret = variable('PGPASSWORD')?.valueFrom?.secretKeyRef?.name;
  const named = { selectorType: 'rw', serviceTemplate: { metadata: { name: host } } };
  assert.partialDeepStrictEqual(cluster?.spec, {
    superuserSecret: { name: secret },
    inheritedMetadata: { labels: { 'app.kubernetes.io/name': 'postgres' } },
    managed: { services: { additional: [named] } },
  });
  for (const name of ['orders', 'databases']) assert.deepEqual(portsTo(services, name, 'postgres'), [5432]);
});

test('brokers of a provider: a public CA, and a user whose name is in the Secret too', () => {
  for (const name of speakers) {
    const { env, secret } = kafkaOf(provider, name);
    assert.deepEqual(env, {
      KAFKA_BROKERS: 'broker.example.com:9094',
      KAFKA_TLS: 'true',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: 'broker-login/user',
      KAFKA_SASL_PASSWORD: 'broker-login/secret',
    });
    assert.equal(secret, undefined);
    const rules = find(provider, 'NetworkPolicy', name)?.spec?.egress ?? [];
    const outside = rules.find(({ to }) => to?.some(({ ipBlock }) => ipBlock));
    assert.deepEqual(outside?.ports, [{ port: 9094 }], name);
  }
});

test('a login has one user: neither none nor two', async () => {
  const login = { 'kafka.sasl.existingSecret': 'tocsin' };
  const both = { ...login, 'kafka.sasl.username': 'tocsin', 'kafka.sasl.usernameKey': 'user' };
  for (const set of [login, both]) {
    await assert.rejects(renderChart('services', { set }), /either username or usernameKey/);
  }
});
