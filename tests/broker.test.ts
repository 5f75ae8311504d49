import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { startParts } from '@tocsin/ops';
import { createTopics } from '../packages/kit/src/kafka/admin.ts';
import { createBatchConsumer } from '../packages/kit/src/kafka/batch-consumer.ts';
import { outgoing } from '../packages/kit/src/kafka/cloud-event.ts';
import { consumeLoopCheck } from '../packages/kit/src/kafka/consumer-liveness.ts';
import { watchReachability } from '../packages/kit/src/kafka/reachability.ts';
import { createInboxHandler } from '../packages/kit/src/postgres/inbox.ts';
import { createOutbox } from '../packages/kit/src/postgres/outbox.ts';
import { startRelay } from '../packages/kit/src/postgres/relay.ts';
import {
  cleanup,
  createTestDatabase,
  createTestTopics,
  testDeps,
  until,
} from '../packages/kit/src/testing/backing.ts';
import { countingReactions, effects } from '../packages/kit/src/testing/counting.ts';

test('a broker that is killed and comes back, even empty: the consumer goes on by itself, nothing is lost, nothing is done twice', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database } = await createTestDatabase(deps, clean);
  const stack = await startParts({ root: path.resolve(import.meta.dirname, '..'), parts: ['kafka'] });
  clean.defer(() => stack.stop());
  const brokers = [stack.env.KAFKA_BROKERS ?? ''];
  const topics = await createTestTopics(deps, { partitions: 3, brokers });
  const options = { brokers, clientId: 'test' };
  const reachability = watchReachability(deps, options);
  clean.defer(() => reachability.stop());
  const relay = startRelay({ ...deps, database }, options);
  clean.defer(() => relay.stop());
  const consumer = createBatchConsumer(deps, {
    ...options,
    group: topics.group.name,
    topics: [topics.events.name],
    handle: createInboxHandler(
      { ...deps, database },
      { service: 'test', group: topics.group, reactions: countingReactions() },
    ),
    onFatal: (error) => assert.fail(error),
  });
  clean.defer(() => consumer.stop());
  await consumer.start();

  const outbox = createOutbox(deps, 'test');
  const keys: string[] = [];
  const publish = async (count: number) => {
    const more = Array.from({ length: count }, (_, index) => `k${keys.length + index}`);
    keys.push(...more);
    await database.transaction((transaction) =>
      outbox.append(
        transaction,
        more.map((key) => outgoing(topics.happened, { key, text: '' })),
      ),
    );
  };
  const liveness = consumeLoopCheck({ ...deps, consumer, reachability }, topics.group.name, 30_000);
  const handled = () =>
    until(
      'all of them',
      async () => {
        assert.equal(liveness.check(), undefined);
        return Object.keys(await effects(database)).length === keys.length;
      },
      60_000,
    );

  await publish(100);
  await handled();
  await until('a reachable broker', () => reachability.reachableSince());

  await stack.hold('kafka');
  await until('an unreachable broker', () => !reachability.reachableSince());
  await publish(100);
  stack.release('kafka');
  await stack.ready('kafka');
  stack.kill('kafka', 'SIGKILL');
  await publish(100);
  await until('a restart', () => stack.restarts('kafka') > 0);
  await stack.ready('kafka');
  await publish(100);
  await handled();

  // A pod that is replaced without its volume: topics, groups and places are gone.
  await stack.hold('kafka');
  await publish(100);
  await rm(path.join(stack.dataDir, 'kafka'), { recursive: true });
  stack.release('kafka');
  await stack.ready('kafka');
  await createTopics(deps, options, [topics.events]);
  await handled();

  assert.deepEqual(new Set(Object.values(await effects(database))), new Set([1]));
});
