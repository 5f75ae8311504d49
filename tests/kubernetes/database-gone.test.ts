import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outage } from './outage.ts';
import { target } from './platform.ts';

/** The services give the database two seconds to take a connection. */
const slowestRefusalMs = 3000;

test('a minute without the database restarts nobody, and what needs it is refused fast, to be tried again', async (t) => {
  const { refused } = await outage(t, await target(), 'postgres', 60_000);
  assert.ok(refused.length > 10, `${refused.length} refused: the database was not missed`);
  const other = refused.filter(
    ({ status, retryAfter, milliseconds }) =>
      status !== 503 || !(Number(retryAfter) > 0) || milliseconds > slowestRefusalMs,
  );
  assert.deepEqual(other, [], 'each is a 503 with Retry-After');
});
