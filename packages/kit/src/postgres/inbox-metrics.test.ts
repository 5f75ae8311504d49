import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitError } from '../errors.ts';
import type { ReceivedRecord } from '../kafka/cloud-event.ts';
import { createConsumerMetrics } from '../kafka/consumer-metrics.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { createInboxMetrics, unknownType } from './inbox-metrics.ts';

const group = {
  name: 'readers',
  events: [
    { type: 'thing.happened.v1', topic: { name: 'things' } },
    { type: 'thing.ended.v1', topic: { name: 'things' } },
  ],
  replays: { name: 'readers.replays' },
};
const record = (topic: string): ReceivedRecord => ({
  topic,
  key: null,
  value: null,
  headers: {},
  partition: 0,
  offset: '0',
  timestamp: new Date(0),
});

async function series({ registry }: Metrics): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
  return lines.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();
}

test('a rate sees the first failure of each kind: its series was there before', async () => {
  const metrics = createMetrics();
  const outcomes = ['handled', 'duplicate', 'dead_lettered'] as const;
  const inbox = createInboxMetrics(metrics, group, outcomes);
  const consumer = createConsumerMetrics(metrics, group.name, ['things', group.replays.name]);
  const before = await series(metrics);

  const unforeseen = Object.assign(new Error('x'), { name: 'StrangeError' });
  for (const error of [new TypeError('x'), new KitError('one_of_a_service', 'x'), unforeseen, 'text']) {
    for (const type of [...group.events.map(({ type }) => type), unknownType]) inbox.failed(type, error);
    consumer.retried(error);
  }
  for (const topic of ['things', group.replays.name]) {
    for (const outcome of outcomes) {
      for (const type of ['thing.happened.v1', unknownType]) {
        inbox.ended(record(topic), type, outcome, new Date());
      }
    }
  }
  consumer.rebalanced();
  consumer.crashed(true);
  assert.deepEqual(await series(metrics), before);
});
