import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import { cleanup, createTestTopics, testDeps } from '../testing/backing.ts';
import { createBatchConsumer } from './batch-consumer.ts';
import { createGroupReader } from './group-reader.ts';

const minuteMs = 60_000;

test('a broker tells of a group without members how far it came, what waits and since when, partition by partition', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { brokers, events, group } = await createTestTopics(deps, { partitions: 2 });
  const kafka = new Kafka({ brokers, clientId: 'test', logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  const admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  clean.defer(async () => void (await Promise.all([producer.disconnect(), admin.disconnect()])));
  const now = Date.now();
  const send = (partition: number, ...minutesAgo: number[]) =>
    producer.send({
      topic: events.name,
      messages: minutesAgo.map((minutes) => ({
        partition,
        value: 'x',
        timestamp: String(now - minutes * minuteMs),
      })),
    });
  const reader = createGroupReader(deps, { brokers, clientId: 'test' }, [
    { name: group.name, topics: [events.name] },
  ]);
  const read = async () => {
    const [view] = await reader.read();
    assert.ok(view);
    const partitions = view.partitions.toSorted((a, b) => a.partition - b.partition);
    return {
      members: view.members,
      lag: partitions.map(({ lag }) => lag),
      committedOffset: partitions.map(({ committedOffset }) => committedOffset),
      minutesOld: partitions.map(
        ({ oldestUnreadAt }) => oldestUnreadAt && (now - oldestUnreadAt.getTime()) / minuteMs,
      ),
      minutesLeft: partitions.map(({ retentionLeftMs }) => retentionLeftMs / minuteMs),
    };
  };
  const near = (actual: number | undefined, expected: number) =>
    assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1, `${actual} is not about ${expected}`);

  // The topic keeps an hour.
  await send(0, 50, 40);
  await send(1, 20, 5);
  assert.deepEqual(await reader.read(), [], 'a group that never joined is none');

  const handled: string[] = [];
  const begun = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  const consumer = createBatchConsumer(deps, {
    brokers,
    clientId: 'test',
    group: group.name,
    topics: [events.name],
    onFatal: all.reject,
    async handle({ records, done }) {
      await begun.promise;
      for (const record of records) {
        handled.push(record.offset);
        done(record);
      }
      if (handled.length === 4) all.resolve();
    },
  });
  await consumer.start();
  const joined = await read();
  assert.deepEqual([joined.members, joined.lag, joined.committedOffset], [1, [2, 2], [0, 0]]);
  near(joined.minutesOld[0], 50);
  near(joined.minutesOld[1], 20);
  near(joined.minutesLeft[0], 10);
  near(joined.minutesLeft[1], 40);
  begun.resolve();
  await all.promise;
  await consumer.stop();
  assert.deepEqual(await read(), {
    members: 0,
    lag: [0, 0],
    committedOffset: [2, 2],
    minutesOld: [undefined, undefined],
    minutesLeft: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  });

  await send(1, 3, 0);
  const later = await read();
  assert.deepEqual(
    [later.lag, later.committedOffset],
    [
      [0, 2],
      [2, 2],
    ],
  );
  near(later.minutesOld[1], 3);
  near(later.minutesLeft[1], 57);
  assert.deepEqual((await read()).minutesOld, later.minutesOld, 'of what stands still the time is known');

  // deleteTopicRecords fails for a topic of which this client knows nothing yet.
  await admin.fetchTopicOffsets(events.name);
  await admin.deleteTopicRecords({
    topic: events.name,
    partitions: [{ partition: 1, offset: '3' }],
  });
  const overtaken = await read();
  assert.deepEqual([overtaken.lag[1], overtaken.minutesLeft[1]], [1, 0]);

  await admin.deleteGroups([group.name]);
  assert.deepEqual(await reader.read(), [], 'a group that was deleted is none');
});
