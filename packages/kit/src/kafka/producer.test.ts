import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup, createTestTopics, testDeps } from '../testing/backing.ts';
import { createProducer } from './producer.ts';
import { readTopics } from './read-topics.ts';

test('a record that is to seem old does so to whoever reads it', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { brokers, events } = await createTestTopics(deps);
  const options = { brokers, clientId: 'test' };
  const producer = createProducer(deps, { ...options, sendBudgetMs: 10_000 });
  clean.defer(() => producer.close());
  const startedAt = new Date();
  const publishedAt = new Date(startedAt.getTime() - 60_000);
  const record = { topic: events.name, key: null, value: null, headers: {} };
  await producer.send([{ ...record, publishedAt }, record]);
  const read = await readTopics(deps, { ...options, since: new Date(0), budgetMs: 20_000 }, [events.name]);
  const [old, young] = read.map(({ timestamp }) => timestamp);
  assert.deepEqual(old, publishedAt);
  assert.ok(young && young >= startedAt);
});
