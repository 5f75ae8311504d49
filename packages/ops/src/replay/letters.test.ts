import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedRecord } from '@tocsin/kit';
import { idOf, replayOf, waitingLetters } from './letters.ts';

const record = (minute: number, headers: Record<string, string>): ReceivedRecord => ({
  topic: 'any',
  partition: 0,
  offset: '7',
  timestamp: new Date(Date.UTC(2026, 10, 24, 9, minute)),
  key: Buffer.from('key'),
  value: Buffer.from([0x7b, 0xff, 0x00]),
  headers,
});
const letter = (minute: number, id: string) => record(minute, { ce_id: id, dead_letter_id: id });
const sent = (minute: number, id: string) => record(minute, { ce_id: id });
const waiting = (...args: Parameters<typeof waitingLetters>) => waitingLetters(...args).map(idOf);

test('a letter waits until it was sent back, in the order of time', () => {
  assert.deepEqual(waiting([letter(2, 'b'), letter(1, 'a')], []), ['a', 'b']);
  assert.deepEqual(waiting([letter(2, 'b'), letter(1, 'a')], [sent(3, 'a')]), ['b']);
});

test('one that came back after its replay waits again, once', () => {
  assert.deepEqual(waiting([letter(1, 'a'), letter(4, 'a')], [sent(3, 'a')]), ['a']);
  assert.deepEqual(waiting([letter(1, 'a'), letter(4, 'a')], [sent(3, 'a'), sent(5, 'a')]), []);
});

test('without a key the letters and replays of one record stand in any partition, the later ones first, too', () => {
  assert.deepEqual(waiting([letter(4, 'a'), letter(1, 'a')], [sent(3, 'a')]), ['a']);
  assert.deepEqual(waiting([letter(1, 'a'), letter(4, 'a')], [sent(5, 'a'), sent(3, 'a')]), []);
});

test('a replay is the record as it came, without what was said of it', () => {
  const { key, value } = letter(1, 'a');
  const headers = { ce_id: 'a', ce_type: 'order.placed.v1', traceparent: '00-1-2-01' };
  const replayed = replayOf(
    record(1, { ...headers, dead_letter_id: 'a', dead_letter_error: 'no' }),
    'g.replays',
  );
  assert.deepEqual(replayed, { topic: 'g.replays', key, value, headers });
});

test('a record without an id is replayed under that of its letter', () => {
  const replayed = replayOf(record(1, { dead_letter_id: 'orders.events/0/7' }), 'g.replays');
  assert.deepEqual(replayed.headers, { ce_id: 'orders.events/0/7' });
});
