// A database server that speaks TLS alone: who is told of its CA, as the chart tells it, gets in, and nobody else.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '@tocsin/kit';
import { cleanup, createTestDatabase, testDeps } from '@tocsin/kit/testing/backing';
import { createCertificate, storePassword } from './setup/guarded-broker.ts';
import { startGuardedPostgres } from './setup/guarded-postgres.ts';

test('a service reaches a server with TLS by its CA; without it, with another, or in the clear it does not', async (t) => {
  const clean = cleanup(t);
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-postgres-access-'));
  clean.defer(() => rm(folder, { recursive: true, force: true }));
  const deps = testDeps();
  const { url } = await createTestDatabase(deps, clean);
  const server = await createCertificate(folder, 'server');
  const other = await createCertificate(folder, 'other');
  const port = await startGuardedPostgres(clean, { url, keystore: server.keystore, storePassword });

  const ask = async (query: string, host = '127.0.0.1') => {
    const guarded = Object.assign(new URL(url), { hostname: host, port: String(port), search: query });
    const database = openDatabase(deps, guarded.href, 'test');
    try {
      return await database.query<{ one: number }>('select 1 as one');
    } finally {
      await database.close();
    }
  };
  const verified = `?sslmode=verify-full&sslrootcert=${server.caFile}`;
  assert.deepEqual(await ask(verified), [{ one: 1 }]);
  const because = (words: RegExp) => (error: Error) => words.test(String(error.cause));
  await assert.rejects(ask(`?sslmode=verify-full&sslrootcert=${other.caFile}`), because(/certificate/));
  await assert.rejects(ask('?sslmode=verify-full'), because(/certificate/));
  await assert.rejects(ask(verified, 'localhost'), because(/altnames/), 'it is not whom it says');
  await assert.rejects(ask(''), because(/terminated/));
});
