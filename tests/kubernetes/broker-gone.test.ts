import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outage } from './outage.ts';
import { target } from './platform.ts';

test('two minutes without the broker restart nobody and refuse no order: the outbox takes what the broker cannot', async (t) => {
  const { refused } = await outage(t, await target(), 'kafka', 120_000);
  // A busy machine may be late with a connection to the database: that is no matter of the broker's.
  const ofTheBroker = refused.filter(
    ({ status, body }) => status !== 503 || !body.includes('database_unavailable'),
  );
  assert.deepEqual(ofTheBroker, []);
  assert.ok(refused.length < 5, JSON.stringify(refused));
});
