import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outage } from './outage.ts';
import { target } from './platform.ts';

test('two minutes without the broker restart nobody and refuse no order: the outbox takes what the broker cannot', async (t) => {
  const { refused } = await outage(t, await target(), 'kafka', 120_000);
  assert.deepEqual(refused, []);
});
