import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup, createTestDatabase, testDeps } from '@tocsin/kit/testing/backing';
import { ports } from '../../../../deploy/local/ports.ts';
import { ask, urlOf } from './ask.ts';

test('a statement is answered by a table, and changes nothing', async (t) => {
  const { database, url } = await createTestDatabase(testDeps(), cleanup(t));
  await database.query(
    `insert into effects values ('first', 1, null), ('second', 12, '{"why": "\u00e4"}'), ('third', 3, null)`,
  );
  const lines = (await ask(url, 'select key, count, last from effects order by count')).split('\n');
  assert.deepEqual(
    lines.map((line) => line.trimEnd()),
    ['key     count  last', 'first       1', 'third       3', 'second     12  {"why": "\u00e4"}', '(3 rows)'],
  );
  assert.equal(await ask(url, 'select key from effects where count > 100'), '(0 rows)');

  const readOnly = { message: 'cannot execute DELETE in a read-only transaction' };
  await assert.rejects(ask(url, 'delete from effects'), readOnly);
  await assert.rejects(ask(url, 'select 1; delete from effects'), /multiple commands/);
  await assert.rejects(ask(url, 'select nothing'), { message: 'column "nothing" does not exist' });
  const [row] = await database.query<{ count: number }>('select count(*) as count from effects');
  assert.equal(row?.count, 3);
});

test('a statement that may write says what it has changed', async (t) => {
  const { database, url } = await createTestDatabase(testDeps(), cleanup(t));
  await database.query(`insert into effects values ('first', 1, null), ('second', 2, null)`);
  const write = (statement: string) => ask(url, statement, { write: true });
  const [, row] = (await write(`delete from effects where key = 'first' returning key`)).split('\n');
  assert.equal(row?.trim(), 'first');
  assert.equal(await write('delete from effects'), 'DELETE 1');
  assert.equal(await write('select key from effects'), '(0 rows)');
  // Not the first of two either.
  await assert.rejects(write(`insert into effects values ('x', 1, null); select 1`), /multiple commands/);
  assert.equal(await write('select key from effects'), '(0 rows)');
});

test('a service without a database in Postgres is told which have one', () => {
  assert.match(urlOf(ports, 'orders'), /^postgres:\/\/orders:.*\/orders$/);
  assert.throws(() => urlOf(ports, 'bank'), /bank has no database in Postgres; there are customers, orders,/);
});
