import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createFaults, type Fault } from '../faults/faults.ts';
import { cleanup, createTestTopics, testDeps, until } from '../testing/backing.ts';
import { createBatchConsumer } from './batch-consumer.ts';
import { createKafka, patient } from './client.ts';
import { encode, outgoing } from './cloud-event.ts';
import { consumeLoopCheck } from './consumer-liveness.ts';
import { createProducer } from './producer.ts';

async function createWorld(t: TestContext) {
  const base = testDeps();
  const deps = { ...base, faults: createFaults(base) };
  const clean = cleanup(t);
  const topics = await createTestTopics(deps);
  const options = { brokers: topics.brokers, clientId: 'test' };
  const group = topics.group.name;
  const handled: string[] = [];
  const producer = createProducer(deps, { ...options, sendBudgetMs: 20_000 });
  clean.defer(() => producer.close());
  const admin = createKafka(deps, options, patient).admin();
  await admin.connect();
  clean.defer(() => admin.disconnect());
  const consumer = createBatchConsumer(deps, {
    ...options,
    group,
    topics: [topics.events.name],
    async handle({ records, done }) {
      for (const record of records) {
        handled.push(record.key?.toString() ?? '');
        done(record);
      }
    },
    onFatal: (error) => assert.fail(error),
  });
  clean.defer(() => consumer.stop());
  await consumer.start();
  const reachability = { reachableSince: () => new Date(0) };
  return {
    handled,
    set: (fault: Fault) => deps.faults.set([fault]),
    clear: () => deps.faults.clear(),
    liveness: consumeLoopCheck({ clock: deps.clock, consumer, reachability }, group, 3000),
    metric: async (name: string) => {
      const text = await deps.metrics.registry.getSingleMetricAsString(name);
      return Number(/\} (\S+)$/m.exec(text)?.[1]);
    },
    members: async () => (await admin.describeGroups([group])).groups[0]?.members.length,
    async send(key: string) {
      const event = encode(outgoing(topics.happened, { key, text: '' }), {
        source: 'test',
        time: new Date(),
        traceparent: '',
      });
      await producer.send([event]);
    },
  };
}

/** Longer than the liveness limit of these tests. */
async function staysAlive(liveness: { check(): string | undefined }, and: () => void) {
  const end = Date.now() + 5000;
  await until('five seconds', () => {
    assert.equal(liveness.check(), undefined);
    and();
    return Date.now() > end;
  });
}

test('a consumer that stands still handles nothing, keeps its membership and its liveness, and goes on after', async (t) => {
  const { handled, set, clear, liveness, metric, members, send } = await createWorld(t);
  await send('before');
  await until('the first', () => handled.length === 1);
  set({ kind: 'consumer-stop', ttlSeconds: 300 });
  await send('held');
  await until('a record that waits', async () =>
    Boolean(await metric('messaging_oldest_unprocessed_timestamp_seconds')),
  );
  await staysAlive(liveness, () => assert.deepEqual(handled, ['before']));
  assert.equal(await members(), 1);
  clear();
  await until('the rest', () => handled.length === 2);
  await until(
    'nothing that waits',
    async () => (await metric('messaging_oldest_unprocessed_timestamp_seconds')) === 0,
  );
});

test('a consumer that leaves its group stays away, alive, and comes back when the fault ends by itself', async (t) => {
  const { handled, set, liveness, metric, members, send } = await createWorld(t);
  assert.equal(await members(), 1);
  set({ kind: 'leave-group', ttlSeconds: 300 });
  await until('an empty group', async () => (await members()) === 0);
  await send('late');
  await staysAlive(liveness, () => assert.deepEqual(handled, []));
  assert.equal(await members(), 0);
  set({ kind: 'leave-group', ttlSeconds: 1 });
  await until('its return', () => handled.length === 1, 60_000);
  assert.equal(liveness.check(), undefined);
  assert.equal(await metric('messaging_rebalances_total'), 2);
});

test('a consumer that rejoins again and again loses nothing', async (t) => {
  const { handled, set, clear, metric, send } = await createWorld(t);
  set({ kind: 'rejoin', everySeconds: 1, ttlSeconds: 300 });
  const sent: string[] = [];
  await until(
    'four generations',
    async () => {
      sent.push(`k${sent.length}`);
      await send(sent.at(-1) ?? '');
      return (await metric('messaging_rebalances_total')) >= 4;
    },
    60_000,
  );
  clear();
  await until('all of them', () => new Set(handled).size === sent.length);
  assert.equal(await metric('messaging_consumer_crashes_total'), 0, 'it comes back without a crash');
});
