import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { decode, encode, messageId, outgoing, type ReceivedRecord } from './cloud-event.ts';

const definition = {
  type: 'thing.happened.v1',
  topic: { name: 'things' },
  key: 'thingId',
  schema: z.object({ thingId: z.string(), parts: z.array(z.object({ name: z.string() })) }),
} as const;
const from = { source: 'test', time: new Date('2026-01-01T00:00:00Z'), traceparent: 'tp' };
const data = { thingId: 't1', parts: [{ name: 'x' }] };
const received = (change: Partial<ReceivedRecord> = {}): ReceivedRecord => ({
  ...encode(outgoing(definition, data), from),
  partition: 2,
  offset: '7',
  timestamp: new Date(0),
  ...change,
});

test('what is written is what is read, keyed by the aggregate', () => {
  const event = decode([definition], received());
  assert.deepEqual(event?.data, data);
  assert.equal(event?.key, 't1');
  assert.equal(event?.time.toISOString(), '2026-01-01T00:00:00.000Z');
});

test('writers are strict: a field that the schema does not know is an error, at any depth', () => {
  const more = { thingId: 't1', parts: [{ name: 'x', colour: 'red' }] };
  assert.throws(() => outgoing(definition, more), { code: 'invalid_event' });
});

test('readers are tolerant: a field that the schema does not know passes', () => {
  const value = Buffer.from(JSON.stringify({ ...data, more: 1 }));
  assert.deepEqual(decode([definition], received({ value }))?.data, data);
});

test('a type that is not ours is not for us; no type at all is undecodable', () => {
  const headers = received().headers;
  assert.equal(decode([definition], received({ headers: { ...headers, ce_type: 'other.v1' } })), undefined);
  assert.throws(() => decode([definition], received({ headers: {} })), {
    code: 'undecodable',
    retryable: false,
  });
});

test('a record without an id is known by its place', () => {
  assert.equal(messageId(received({ headers: {} })), 'things/2/7');
});
