import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { topics } from '@tocsin/contracts';
import { startParts } from '@tocsin/ops';
import { withAdmin } from '../packages/kit/src/kafka/admin.ts';
import { encode, outgoing } from '../packages/kit/src/kafka/cloud-event.ts';
import { createProducer } from '../packages/kit/src/kafka/producer.ts';
import { cleanup, createTestTopics, testDeps, until } from '../packages/kit/src/testing/backing.ts';

test('three brokers hold every record on all of them, go on without one, and tell which has fallen behind', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const stack = await startParts({
    root: path.resolve(import.meta.dirname, '..'),
    parts: ['kafka', 'kafka-2', 'kafka-3', 'topics'],
    brokers: 3,
  });
  clean.defer(() => stack.stop());
  const options = { brokers: stack.env.KAFKA_BROKERS?.split(',') ?? [], clientId: 'test' };
  assert.equal(options.brokers.length, 3);

  const replicas = await withAdmin(deps, options, async (admin) => {
    const described = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
    return described.topics.flatMap(({ partitions }) =>
      partitions.map((partition) => partition.replicas.length),
    );
  });
  assert.ok(replicas.length >= topics.length);
  assert.ok(
    replicas.every((count) => count === 3),
    String(replicas),
  );

  const own = await createTestTopics(deps, { brokers: options.brokers, partitions: 3 });
  const send = async (key: string) => {
    const producer = createProducer(deps, { ...options, sendBudgetMs: 20_000 });
    const event = outgoing(own.happened, { key, text: '' });
    await producer.send([encode(event, { source: 'test', time: new Date(), traceparent: '' })]);
    await producer.close();
  };
  /** Partitions of which a broker is the leader and not all others have every record, as its agent tells it. */
  const underReplicated = async (broker: 'kafka' | 'kafka-3') => {
    const answer = await fetch(`http://127.0.0.1:${stack.ports[broker].metrics}/metrics`);
    const found = /^kafka_server_replicamanager_underreplicatedpartitions (\S+)$/m.exec(await answer.text());
    return Number(found?.[1] ?? Number.NaN);
  };
  const behind = async () => (await underReplicated('kafka')) + (await underReplicated('kafka-3'));
  await send('all three');
  await until('nobody is behind', async () => (await behind()) === 0, 60_000, behind);

  await stack.hold('kafka-2');
  await send('one is gone');
  await until('one is behind', async () => (await behind()) > 0, 60_000, behind);

  stack.release('kafka-2');
  await stack.ready('kafka-2');
  await until('nobody is behind any more', async () => (await behind()) === 0, 60_000, behind);
});
