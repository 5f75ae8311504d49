import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup, createTestDatabase, testDeps } from '../testing/backing.ts';

test('what is left for after the commit happens after it, and not at all after a rollback', async (t) => {
  const clean = cleanup(t);
  const { database } = await createTestDatabase(testDeps(), clean);
  const count = async () => (await database.query('select * from effects')).length;
  const seen: Promise<number>[] = [];
  const insert = (key: string, failing: boolean) =>
    database.transaction(async (transaction) => {
      await transaction.query('insert into effects (key, count) values ($1, 1)', [key]);
      transaction.afterCommit(() => void seen.push(count()));
      if (failing) throw new Error('no');
    });

  await assert.rejects(insert('a', true));
  assert.equal(seen.length, 0);
  await insert('b', false);
  assert.deepEqual(await Promise.all(seen), [1]);
});
