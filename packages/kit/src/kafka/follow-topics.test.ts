import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { cleanup, createTestTopics, testDeps, until } from '../testing/backing.ts';
import { createTopics } from './admin.ts';
import { followTopics, type Positions } from './follow-topics.ts';

test('what was read before is not read again; a topic that was made anew is read from its beginning', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { brokers, events } = await createTestTopics(deps, { partitions: 2 });
  const kafka = new Kafka({ brokers, clientId: 'test', logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  const admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  clean.defer(async () => void (await Promise.all([producer.disconnect(), admin.disconnect()])));
  const send = (...values: string[]) =>
    producer.send({
      topic: events.name,
      messages: values.map((value, index) => ({ partition: index % 2, value })),
    });
  const since = new Date(Date.now() - 60_000);
  let positions: Positions = new Map();
  const read = async () => {
    const values: string[] = [];
    const options = { brokers, clientId: 'test', since, positions, budgetMs: 30_000 };
    positions = await followTopics(deps, options, [events.name], ({ value }) => {
      values.push(String(value));
    });
    return values.sort();
  };

  assert.deepEqual(await read(), []);
  await send('a', 'b', 'c');
  assert.deepEqual(await read(), ['a', 'b', 'c']);
  assert.deepEqual(await read(), []);
  await send('d');
  assert.deepEqual(await read(), ['d']);

  await admin.deleteTopics({ topics: [events.name] });
  await until('the topic is gone', async () => !(await admin.listTopics()).includes(events.name));
  await createTopics(deps, { brokers, clientId: 'test' }, [events]);
  await until('the new topic takes records', () => send('e').catch(() => undefined), 60_000);
  assert.deepEqual(await read(), ['e']);
});

test('it ends when it is told to, and says why', async () => {
  const deps = testDeps();
  const { brokers, events } = await createTestTopics(deps);
  const kafka = new Kafka({ brokers, clientId: 'test', logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: events.name, messages: [{ value: 'a' }] });
  await producer.disconnect();
  const stopping = new AbortController();
  const { signal } = stopping;
  const options = { brokers, clientId: 'test', since: new Date(0), budgetMs: 30_000, signal };
  const reading = followTopics(deps, options, [events.name], () => {});
  await sleep(0);
  stopping.abort(new Error('enough'));
  await assert.rejects(reading, /enough/);
});
