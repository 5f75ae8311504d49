import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup, createTestDatabase, testDeps } from '../testing/backing.ts';
import { onceForKey } from './idempotency.ts';

test('the same request under one key is done once, even when it comes twice at the same moment', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database } = await createTestDatabase(deps, clean);
  let done = 0;
  const order = (body: unknown) =>
    database.transaction((transaction) =>
      onceForKey(transaction, { key: 'k', body }, async () => {
        done += 1;
        return { status: 202, body: { orderId: done } };
      }),
    );
  const answers = await Promise.all([order({ a: 1 }), order({ a: 1 }), order({ a: 1 })]);
  assert.deepEqual(answers, Array(3).fill({ status: 202, body: { orderId: 1 } }));
  await assert.rejects(order({ a: 2 }), { code: 'unprocessable', status: 422 });
  assert.equal(done, 1);
});

test('a request that failed may be sent again under its key', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database } = await createTestDatabase(deps, clean);
  const order = (perform: () => Promise<{ status: number }>) =>
    database.transaction((transaction) => onceForKey(transaction, { key: 'k', body: {} }, perform));
  await assert.rejects(
    order(async () => {
      throw new Error('no');
    }),
  );
  assert.equal((await order(async () => ({ status: 202 }))).status, 202);
});
