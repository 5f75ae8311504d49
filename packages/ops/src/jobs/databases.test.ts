import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '@tocsin/kit';
import { cleanup, createTestDatabase, testDeps, uniqueName } from '@tocsin/kit/testing/backing';
import { createDatabases } from './databases.ts';

test('an administrator who is no superuser gives each service a database that nobody else enters', async (t) => {
  const clean = cleanup(t);
  const deps = testDeps();
  const { database: superuser, url } = await createTestDatabase(deps, clean);
  const [admin, one, other] = ['admin', 'one', 'other'].map((name) => uniqueName(name).replaceAll('-', '_'));
  clean.defer(async () => {
    for (const name of [one, other]) await superuser.query(`drop database if exists ${name} with (force)`);
    for (const name of [one, other, admin]) await superuser.query(`drop role if exists ${name}`);
  });
  await superuser.query(`create role ${admin} login createdb createrole password 'admin'`);
  const urlOf = (user = '', password = '', database = user) => {
    const of = new URL(url);
    return Object.assign(of, { username: user, password, pathname: `/${database}` }).href;
  };
  const urls = [urlOf(one, 'first'), urlOf(other, 'other')];
  await createDatabases(urlOf(admin, 'admin', 'postgres'), urls);
  // A password that was changed is taken over, and what is there stays.
  await createDatabases(urlOf(admin, 'admin', 'postgres'), [urlOf(one, 'second'), urlOf(other, 'other')]);

  const its = openDatabase(deps, urlOf(one, 'second'), 'test');
  clean.defer(() => its.close());
  await its.query('create table things (id integer)');
  const intruder = openDatabase(deps, urlOf(other, 'other', one), 'test');
  clean.defer(() => intruder.close());
  await assert.rejects(intruder.query('select 1'), /permission denied for database/);
});
