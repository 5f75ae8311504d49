import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup, createTestTopics, testDeps, until } from '../testing/backing.ts';
import { createBatchConsumer } from './batch-consumer.ts';
import { brief, createKafka } from './client.ts';
import { encode, outgoing } from './cloud-event.ts';
import { consumeLoopCheck } from './consumer-liveness.ts';
import { createProducer } from './producer.ts';
import { watchReachability } from './reachability.ts';
import { readTopics } from './read-topics.ts';

test('a handler that hangs fails liveness while a broker answers; an idle loop does not', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const topics = await createTestTopics(deps);
  const options = { brokers: topics.brokers, clientId: 'test' };
  const reachability = watchReachability(deps, options);
  clean.defer(() => reachability.stop());
  const hang = Promise.withResolvers<void>();
  const consumer = createBatchConsumer(deps, {
    ...options,
    group: topics.group.name,
    topics: [topics.events.name],
    async handle({ records, done }) {
      await hang.promise;
      for (const record of records) done(record);
    },
    onFatal: (error) => assert.fail(error),
  });
  clean.defer(() => consumer.stop());
  clean.defer(() => hang.resolve());
  await consumer.start();
  const liveness = consumeLoopCheck({ clock: deps.clock, consumer, reachability }, topics.group.name, 3000);
  const idleUntil = Date.now() + 5000;
  await until('five idle seconds', () => {
    assert.equal(liveness.check(), undefined);
    return Date.now() > idleUntil;
  });

  const producer = createProducer(deps, { ...options, sendBudgetMs: 10_000 });
  clean.defer(() => producer.close());
  const event = outgoing(topics.happened, { key: 'a', text: '' });
  await producer.send([encode(event, { source: 'test', time: new Date(), traceparent: '' })]);
  assert.match(await until('a failing probe', () => liveness.check()), /has not come round/);
});

test('what was handled while the group shared out its partitions anew is no longer told as waiting', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const topics = await createTestTopics(deps);
  const options = { brokers: topics.brokers, clientId: 'test' };
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const consumer = (of: ReturnType<typeof testDeps>, clientId: string) => {
    const created = createBatchConsumer(of, {
      ...options,
      clientId,
      group: topics.group.name,
      topics: [topics.events.name],
      async handle({ records, done }) {
        entered.resolve();
        await gate.promise;
        for (const record of records) done(record);
      },
      onFatal: (error) => assert.fail(error),
    });
    clean.defer(() => created.stop());
    return created;
  };
  clean.defer(() => gate.resolve());
  const oldest = async () => {
    const { registry } = deps.metrics;
    const text = await registry.getSingleMetricAsString('messaging_oldest_unprocessed_timestamp_seconds');
    return Number(/\} (.*)$/m.exec(text)?.[1]);
  };
  await consumer(deps, 'first').start();
  const producer = createProducer(deps, { ...options, sendBudgetMs: 10_000 });
  clean.defer(() => producer.close());
  const event = outgoing(topics.happened, { key: 'a', text: '' });
  await producer.send([encode(event, { source: 'test', time: new Date(), traceparent: '' })]);
  await entered.promise;
  assert.ok((await oldest()) > 0);

  const admin = createKafka(deps, options, brief).admin();
  clean.defer(() => admin.disconnect());
  await admin.connect();
  const groupState = async () => (await admin.describeGroups([topics.group.name])).groups[0]?.state;
  // The one partition stays where it is: members get theirs in the order of their names.
  const joined = consumer(testDeps(), 'second').start();
  await until('a rebalance', async () => (await groupState()) === 'PreparingRebalance', 9000, groupState);
  // The heart beats once a second at most, and only then the consumer is told.
  const due = Date.now() + 1500;
  await until('a heartbeat that is due', () => Date.now() > due);
  gate.resolve();
  await joined;
  await until('nothing that waits', async () => (await oldest()) === 0, 30_000, oldest);
});

test('a span of time is read from topics, and the group that read it is gone afterwards', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const topics = await createTestTopics(deps, { partitions: 3 });
  const options = { brokers: topics.brokers, clientId: 'test' };
  const producer = createProducer(deps, { ...options, sendBudgetMs: 10_000 });
  clean.defer(() => producer.close());
  const send = (keys: string[]) =>
    producer.send(
      keys.map((key) =>
        encode(outgoing(topics.happened, { key, text: '' }), {
          source: 'test',
          time: new Date(),
          traceparent: '',
        }),
      ),
    );
  const read = async (since: Date) => {
    const records = await readTopics(deps, { ...options, since, budgetMs: 20_000 }, [topics.events.name]);
    return records.map(({ key }) => key?.toString()).sort();
  };

  assert.deepEqual(await read(new Date(0)), []);
  await send(['a', 'b', 'c', 'd']);
  const between = new Date(
    (
      await readTopics(deps, { ...options, since: new Date(0), budgetMs: 20_000 }, [topics.events.name])
    ).reduce((latest, { timestamp }) => Math.max(latest, timestamp.getTime()), 0) + 1,
  );
  await until('the next millisecond', () => Date.now() > between.getTime());
  await send(['e', 'f']);
  assert.deepEqual(await read(new Date(0)), ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.deepEqual(await read(between), ['e', 'f']);
});
