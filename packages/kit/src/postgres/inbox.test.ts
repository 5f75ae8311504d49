import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { KitError } from '../errors.ts';
import { createBatchConsumer } from '../kafka/batch-consumer.ts';
import { brief, createKafka } from '../kafka/client.ts';
import { encode, outgoing, type WireRecord } from '../kafka/cloud-event.ts';
import { createProducer } from '../kafka/producer.ts';
import { readTopics } from '../kafka/read-topics.ts';
import { cleanup, createTestDatabase, createTestTopics, testDeps, until } from '../testing/backing.ts';
import { countingReactions, effects } from '../testing/counting.ts';
import { createInboxHandler, type Reactions } from './inbox.ts';
import { startRelay } from './relay.ts';

async function world(t: TestContext, partitions = 1) {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database } = await createTestDatabase(deps, clean);
  const topics = await createTestTopics(deps, { partitions });
  const options = { brokers: topics.brokers, clientId: 'test' };
  const producer = createProducer(deps, { ...options, sendBudgetMs: 20_000 });
  clean.defer(() => producer.close());
  const record = (key: string, text = ''): WireRecord =>
    encode(outgoing(topics.happened, { key, text }), {
      source: 'test',
      time: new Date(),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  const consume = async (reactions: Reactions<typeof topics.happened, unknown>) => {
    const consumer = createBatchConsumer(deps, {
      ...options,
      group: topics.group.name,
      topics: [topics.events.name, topics.group.replays.name],
      handle: createInboxHandler({ ...deps, database }, { service: 'test', group: topics.group, reactions }),
      onFatal: (error) => assert.fail(error),
    });
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= consumer.stop());
    clean.defer(stop);
    await consumer.start();
    return { ...consumer, stop };
  };
  const relay = () => {
    const running = startRelay({ ...deps, database }, options);
    clean.defer(() => running.stop());
  };
  const deadLetters = () =>
    readTopics(deps, { ...options, since: new Date(0), budgetMs: 20_000 }, [topics.group.deadLetters.name]);
  const counts = () => effects(database);
  const admin = createKafka(deps, options, brief).admin();
  await admin.connect();
  clean.defer(() => admin.disconnect());
  const groupState = async () => (await admin.describeGroups([topics.group.name])).groups[0]?.state;
  return { ...deps, database, topics, producer, record, consume, relay, deadLetters, counts, groupState };
}

test('poison messages become dead letters, byte for byte, and the rest go on', async (t) => {
  const { producer, record, consume, counts, relay, deadLetters, topics, reports } = await world(t);
  const good = record('a');
  const notJson = { ...record('poison'), value: Buffer.from([0x7b, 0xff, 0x00]) };
  const wrongShape = { ...record('poison'), value: Buffer.from('{"key":1}') };
  const stranger: WireRecord = {
    topic: topics.events.name,
    key: null,
    value: Buffer.from('hello'),
    headers: {},
  };
  await producer.send([notJson, good, wrongShape, stranger, record('b')]);
  relay();
  await consume(countingReactions());

  await until('the good ones', async () => Object.keys(await counts()).length === 2);
  const letters = await until('dead letters', async () => {
    const found = await deadLetters();
    return found.length === 3 && found;
  });
  assert.deepEqual(
    letters.map(({ value, headers }) => [value?.toString('hex'), headers.dead_letter_error_type]),
    [notJson, wrongShape, stranger].map(({ value }, index) => [
      value?.toString('hex'),
      ['undecodable', 'invalid', 'undecodable'][index],
    ]),
  );
  assert.equal(letters[2]?.headers.dead_letter_id, `${topics.events.name}/0/3`);
  assert.deepEqual(await counts(), { a: 1, b: 1 });
  assert.equal(reports.length, 0, 'a bad record is not a crash of ours');
});

test('a TypeError in a handler kills no consumer: a dead letter after three tries, and one crash report', async (t) => {
  const { producer, record, consume, counts, relay, deadLetters, reports } = await world(t);
  let tries = 0;
  await producer.send([record('a'), record('bad'), record('b')]);
  relay();
  await consume(
    countingReactions(({ key }) => {
      if (key !== 'bad') return;
      tries += 1;
      throw new TypeError('undefined is not a function');
    }),
  );
  await until('its neighbours', async () => (await counts()).b === 1);
  const [letter] = await until('the dead letter', async () => {
    const found = await deadLetters();
    return found.length > 0 && found;
  });
  assert.equal(letter?.headers.dead_letter_error_type, 'TypeError');
  assert.deepEqual(await counts(), { a: 1, b: 1 });
  // Once within the batch, then alone three times: only those count.
  assert.ok(tries >= 3 && tries <= 6, `${tries} tries`);
  assert.deepEqual(
    reports.map(({ where }) => where.event_type),
    ['thing.happened.v1'],
  );
});

test('a retryable error holds up its own partition only, and it goes on by itself', async (t) => {
  const { producer, record, consume, counts } = await world(t, 3);
  let healed = false;
  const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
  await producer.send(keys.map((key) => record(key)));
  await consume(
    countingReactions(({ key }) => {
      if (key === 'k0' && !healed) throw new KitError('bank_away', 'not now', { retryable: true });
    }),
  );
  await until('the other partitions', async () => Object.keys(await counts()).length >= 10);
  assert.equal((await counts()).k0, undefined);
  healed = true;
  await until('all of them', async () => Object.keys(await counts()).length === keys.length);
  assert.deepEqual(new Set(Object.values(await counts())), new Set([1]));
});

test('a record that comes twice, in one batch or later, changes nothing', async (t) => {
  const { producer, record, consume, counts } = await world(t);
  const twice = record('a');
  await producer.send([twice, twice, record('b')]);
  await consume(countingReactions());
  await until('the first', async () => (await counts()).b === 1);
  await producer.send([twice, record('c')]);
  await until('the second', async () => (await counts()).c === 1);
  assert.deepEqual(await counts(), { a: 1, b: 1, c: 1 });
});

test('a replay that fails again is a dead letter again', async (t) => {
  const { producer, record, consume, relay, deadLetters, topics, counts } = await world(t);
  relay();
  await consume(
    countingReactions(({ key }) => {
      if (key === 'a') throw new KitError('broken', 'for good');
    }),
  );
  const letter = record('a');
  await producer.send([letter]);
  await until('the letter', async () => (await deadLetters()).length === 1);
  await producer.send([{ ...letter, topic: topics.group.replays.name }]);
  const letters = await until('the letter of the replay', async () => {
    const found = await deadLetters();
    return found.length === 2 && found;
  });
  assert.deepEqual(
    letters.map(({ headers }) => [headers.dead_letter_topic, headers.dead_letter_id]),
    [topics.events.name, topics.group.replays.name].map((topic) => [topic, letter.headers.ce_id]),
  );
  assert.deepEqual(await counts(), {});
});

test('a replay turns a dead letter into a handled record, once', async (t) => {
  const { producer, record, consume, counts, topics, relay } = await world(t);
  let broken = true;
  relay();
  await consume(
    countingReactions(({ key }) => {
      if (broken && key === 'a') throw new KitError('broken', 'for good');
    }),
  );
  const letter = record('a');
  await producer.send([letter, record('b')]);
  await until('its neighbour', async () => (await counts()).b === 1);
  broken = false;
  const replay = { ...letter, topic: topics.group.replays.name };
  await producer.send([replay, replay]);
  await until('the replay', async () => (await counts()).a);
  await producer.send([replay, { ...record('c'), topic: topics.group.replays.name }]);
  await until('a record that was never a dead letter', async () => (await counts()).c);
  assert.deepEqual(await counts(), { a: 1, b: 1, c: 1 });
});

test('a rebalance in the middle of a batch loses nothing and doubles nothing', async (t) => {
  const { producer, record, consume, counts, groupState } = await world(t, 3);
  const keys = Array.from({ length: 600 }, (_, index) => `k${index}`);
  await producer.send(keys.map((key) => record(key)));
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const first = await consume(
    countingReactions(undefined, async () => {
      entered.resolve();
      await gate.promise;
    }),
  );
  await entered.promise;
  // The second asks to join while the first is inside its transaction, and the group waits for the first.
  const second = consume(countingReactions());
  await until('a rebalance', async () => (await groupState()) === 'PreparingRebalance', 9000, groupState);
  gate.resolve();
  await second;
  await until('all of them', async () => Object.keys(await counts()).length === keys.length);
  await first.stop();
  await producer.send(keys.map((key) => record(key)));
  await until('a second event for each', async () => {
    const all = Object.values(await counts());
    return all.every((count) => count >= 2);
  });
  assert.deepEqual(new Set(Object.values(await counts())), new Set([2]));
});

test('stop() finishes the batch, commits and leaves: the next member goes on at once, after it', async (t) => {
  const { producer, record, consume, counts } = await world(t);
  await producer.send([record('a', '1')]);
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const first = await consume(
    countingReactions(undefined, async () => {
      entered.resolve();
      await gate.promise;
    }),
  );
  await entered.promise;
  const stopped = first.stop();
  gate.resolve();
  await stopped;
  assert.deepEqual(await counts(), { a: 1 }, 'the batch under way was finished');

  let seenAgain = 0;
  await producer.send([record('b')]);
  // A member that had not left would hold the group for its session time-out of 10 s, and longer on a slow machine.
  const startedAt = Date.now();
  await consume(
    countingReactions(({ key }) => {
      if (key === 'a') seenAgain += 1;
    }),
  );
  await until('the next record', async () => (await counts()).b === 1, 9000);
  assert.ok(Date.now() - startedAt < 9500);
  assert.equal(seenAgain, 0, 'the offset was committed');
});
