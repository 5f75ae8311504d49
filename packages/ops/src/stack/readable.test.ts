import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { readable } from './readable.ts';

const base = { time: '2026-11-24T09:00:01.123Z', service: 'orders' };

test('a JSON line is made readable, any other line is left as it is', () => {
  const line = JSON.stringify({ level: 'info', ...base, message: 'ready', port: 8102 });
  assert.match(readable(line), /^09:00:01\.123 info {2}ready .*port=8102/);
  assert.equal(readable('{"cut off'), '{"cut off');
  assert.equal(readable('plain'), 'plain');
});

test('an error stands on the line of its message, with the other fields, and its stack underneath', () => {
  const err = { type: 'TypeError', stack: 'TypeError: no such thing\n    at handle (main.ts:1:2)' };
  const line = JSON.stringify({ level: 'error', ...base, err, topic: 'orders', message: 'partition parked' });
  assert.equal(
    stripVTControlCharacters(readable(line)),
    '09:00:01.123 error partition parked err=TypeError: no such thing topic=orders\n    at handle (main.ts:1:2)',
  );
});
