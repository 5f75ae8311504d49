// During a rolling update the release before runs on the new schema: a migration may add, and take nothing away.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { refusals } from './expanding.ts';

const root = path.resolve(import.meta.dirname, '..');

// The ops room keeps SQLite and is a single pod, which ends before its successor begins.
const folders = globSync(['services/*/migrations', 'packages/kit/src/postgres/migrations'], {
  cwd: root,
}).filter((folder) => !folder.includes('chatops'));

/**
 * What nobody uses any more may go, once the release that stopped to use it is out:
 * `-- Unused since 0.2.0` in the first line.
 */
function unusedAlready(sql: string): boolean {
  const since = /^-- Unused since (\d+\.\d+\.\d+)$/m.exec(sql.split('\n')[0] ?? '')?.[1];
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return since !== undefined && since.localeCompare(version, 'en', { numeric: true }) < 0;
}

test('there are migrations to judge', () => assert.equal(folders.length, 7, folders.join()));

for (const folder of folders) {
  test(`the release before survives every migration of ${folder}`, async () => {
    const [first, ...later] = globSync('*.sql', { cwd: path.join(root, folder) }).sort();
    assert.match(first ?? '', /^0001_/);
    for (const file of later) {
      const sql = readFileSync(path.join(root, folder, file), 'utf8');
      if (!unusedAlready(sql)) assert.deepEqual(await refusals(sql), [], file);
    }
  });
}

const harmless = [
  'create table parcels (id uuid primary key, weight integer not null check (weight > 0))',
  'create table parcels (id uuid); create unique index on parcels (id); alter table parcels add check (id is not null)',
  'alter table orders add column note text',
  "alter table orders add column channel text not null default 'web'",
  'alter table orders add column customer_id uuid references customers',
  'create index orders_by_note on orders (note)',
  "update orders set note = ''",
];
for (const sql of harmless) {
  test(`allowed: ${sql}`, async () => assert.deepEqual(await refusals(sql), []));
}

const harmful = [
  'drop table orders',
  'drop view orders_by_day',
  'truncate orders',
  'delete from orders',
  'alter table orders drop column note',
  'alter table orders rename column note to remark',
  'alter table orders rename to purchases',
  'alter table orders alter column note type varchar(10)',
  'alter table orders alter column note set not null',
  'alter table orders add column channel text not null',
  'alter table orders add column weight integer check (weight > 0)',
  'alter table orders add column code text unique',
  'alter table orders add constraint positive check (total > 0)',
  'create unique index one_note on orders (note)',
  'alter table orders add column note text, drop column remark',
];
for (const sql of harmful) {
  test(`refused: ${sql}`, async () => assert.notDeepEqual(await refusals(sql), []));
}
