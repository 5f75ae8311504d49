import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { cleanup, createTestDatabase, testDeps } from '../testing/backing.ts';
import { migrate } from './migrate.ts';

const first = 'create table parcels (id integer primary key);';
const second = "alter table parcels add column note text not null default 'none';";

test('the release before starts and writes on the schema of the next, and leaves it as it is', async (t) => {
  const clean = cleanup(t);
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-migrations-'));
  clean.defer(() => rm(folder, { recursive: true }));
  const release = async (name: string, files: Record<string, string>) => {
    await mkdir(path.join(folder, name));
    for (const [file, sql] of Object.entries(files)) await writeFile(path.join(folder, name, file), sql);
    return pathToFileURL(`${path.join(folder, name)}/`);
  };
  const before = await release('before', { '0001_parcels.sql': first });
  const next = await release('next', { '0001_parcels.sql': first, '0002_notes.sql': second });
  const deps = testDeps();
  const { database } = await createTestDatabase(deps, clean, before);

  await migrate(deps, database, next);
  await migrate(deps, database, before);
  await database.query('insert into parcels (id) values (1)');

  assert.deepEqual(await database.query('select * from parcels'), [{ id: 1, note: 'none' }]);
  await migrate(deps, database, next);
});

test('replicas that start together apply each migration once', async (t) => {
  const clean = cleanup(t);
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-migrations-'));
  clean.defer(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, '0001_parcels.sql'), first);
  const deps = testDeps();
  const { database } = await createTestDatabase(deps, clean);
  const migrations = pathToFileURL(`${folder}/`);

  await Promise.all([1, 2, 3].map(() => migrate(deps, database, migrations)));

  const applied = await database.query("select name from service_migrations where name like '%parcels'");
  assert.equal(applied.length, 1);
});
