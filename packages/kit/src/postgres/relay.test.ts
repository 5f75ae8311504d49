import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createFaults } from '../faults/faults.ts';
import { outgoing } from '../kafka/cloud-event.ts';
import { readTopics } from '../kafka/read-topics.ts';
import { cleanup, createTestDatabase, createTestTopics, testDeps, until } from '../testing/backing.ts';
import { appendRecords, createOutbox } from './outbox.ts';
import { startRelay } from './relay.ts';

async function world(t: TestContext) {
  const base = testDeps();
  const deps = { ...base, faults: createFaults(base) };
  const clean = cleanup(t);
  const { database, url } = await createTestDatabase(deps, clean);
  const topics = await createTestTopics(deps);
  const options = { brokers: topics.brokers, clientId: 'test' };
  const outbox = createOutbox(deps, 'test');
  const event = (key: string, text = '') => outgoing(topics.happened, { key, text });
  const relay = () => {
    const running = startRelay({ ...deps, database }, options);
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= running.stop());
    clean.defer(stop);
    return { stop };
  };
  const published = async () =>
    (await readTopics(deps, { ...options, since: new Date(0), budgetMs: 20_000 }, [topics.events.name])).map(
      ({ key, headers }) => ({ key: key?.toString(), id: headers.ce_id, headers }),
    );
  return { ...deps, database, url, topics, outbox, event, relay, published };
}

const waiting = async (database: { query(sql: string): Promise<object[]> }) =>
  (await database.query('select id from outbox')).length;

test('an event is published if its transaction commits, and not if it rolls back', async (t) => {
  const { database, outbox, event, relay, published } = await world(t);
  relay();
  await database.transaction((transaction) => outbox.append(transaction, [event('kept')]));
  await assert.rejects(
    database.transaction(async (transaction) => {
      await outbox.append(transaction, [event('dropped')]);
      throw new Error('no');
    }),
  );
  await until('an empty outbox', async () => (await waiting(database)) === 0);
  assert.deepEqual(
    (await published()).map(({ key }) => key),
    ['kept'],
  );
});

test('headers are those of a CloudEvent in binary mode, with the trace', async (t) => {
  const { database, outbox, event, relay, published } = await world(t);
  relay();
  await database.transaction((transaction) => outbox.append(transaction, [event('a')]));
  const [record] = await until('the event', async () => {
    const found = await published();
    return found.length > 0 && found;
  });
  const { ce_id, ce_time, traceparent, ...rest } = record?.headers ?? {};
  assert.deepEqual(rest, {
    ce_specversion: '1.0',
    ce_source: '/tocsin/test',
    ce_type: 'thing.happened.v1',
    'content-type': 'application/json',
  });
  assert.match(ce_id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.ok(!Number.isNaN(Date.parse(ce_time ?? '')));
  assert.match(traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test('a row that commits late is late, never skipped', async (t) => {
  const { database, outbox, event, relay, published } = await world(t);
  relay();
  const hold = Promise.withResolvers<void>();
  const drawn = Promise.withResolvers<void>();
  const late = database.transaction(async (transaction) => {
    await outbox.append(transaction, [event('late')]);
    drawn.resolve();
    await hold.promise;
  });
  await drawn.promise;
  await database.transaction((transaction) => outbox.append(transaction, [event('early')]));
  await until('the one with the higher id', async () => (await published()).length === 1);
  hold.resolve();
  await late;
  await until('both', async () => (await published()).length === 2);
  assert.deepEqual(
    (await published()).map(({ key }) => key),
    ['early', 'late'],
  );
});

test('a record that Kafka refuses for good is set aside and counted, and holds up nobody', async (t) => {
  const { database, topics, event, outbox, relay, published, metrics } = await world(t);
  await database.transaction(async (transaction) => {
    await outbox.append(transaction, [event('before')]);
    await appendRecords(transaction, [
      { topic: topics.events.name, key: null, value: Buffer.alloc(1_500_000), headers: {} },
    ]);
    await outbox.append(transaction, [event('after')]);
  });
  relay();
  await until('an empty outbox', async () => (await waiting(database)) === 0);
  assert.deepEqual(
    (await published()).map(({ key }) => key),
    ['before', 'after'],
  );
  const [aside] = await database.query<{ error: string }>('select error from outbox_set_aside');
  assert.match(aside?.error ?? '', /MESSAGE_TOO_LARGE/);
  const counter = metrics.registry.getSingleMetricAsString('outbox_set_aside_total');
  assert.match(await counter, /outbox_set_aside_total 1/);
});

test('a relay that a fault stops leads and sends nothing, while what waits is measured', async (t) => {
  const { database, outbox, event, relay, published, metrics, faults } = await world(t);
  faults.set([{ kind: 'relay-stop', ttlSeconds: 300 }]);
  relay();
  await until('leadership', async () => (await database.query('select 1 from outbox_leader')).length === 1);
  await database.transaction((transaction) => outbox.append(transaction, [event('a')]));
  await until('its measure', async () =>
    /^outbox_unpublished_messages 1$/m.test(await metrics.registry.metrics()),
  );
  assert.deepEqual(await published(), []);
  faults.clear();
  await until('an empty outbox', async () => (await waiting(database)) === 0);
  assert.equal((await published()).length, 1);
});

test('a fault refuses one row, and the others of its batch are sent', async (t) => {
  const { database, outbox, event, relay, published, faults } = await world(t);
  await database.transaction((transaction) =>
    outbox.append(transaction, [event('first'), event('second'), event('third')]),
  );
  faults.set([{ kind: 'refuse-row', ttlSeconds: 300 }]);
  relay();
  await until('an empty outbox', async () => (await waiting(database)) === 0);
  assert.deepEqual(
    (await published()).map(({ key }) => key),
    ['second', 'third'],
  );
  const [aside, ...more] = await database.query<{ error: string }>('select error from outbox_set_aside');
  assert.match(aside?.error ?? '', /a fault was injected/);
  assert.deepEqual([more, faults.list()], [[], []]);
});

test('of two relays one leads; when its connection is cut, the other goes on and order is kept', async (t) => {
  const { database, outbox, event, relay, published } = await world(t);
  relay();
  relay();
  const append = (from: number, to: number) =>
    database.transaction((transaction) =>
      outbox.append(
        transaction,
        Array.from({ length: to - from }, (_, index) => event('one-key', String(from + index))),
      ),
    );
  await append(0, 100);
  await until('the first hundred', async () => (await waiting(database)) === 0);
  const cut = await database.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database =
       (select oid from pg_database where datname = current_database())`,
  );
  assert.equal(cut.length, 1, 'exactly one leader held the lock');
  await append(100, 200);
  await until('the second hundred', async () => (await waiting(database)) === 0);
  const ids = (await published()).map(({ id }) => id);
  assert.equal(new Set(ids).size, 200);
  assert.deepEqual(ids, [...ids].sort(), 'UUIDv7 sort by the time they were made');
});

test('a relay that does not lead asks for the lock again on the connection that it has', async (t) => {
  const { database, relay } = await world(t);
  relay();
  await until('leadership', async () => (await database.query('select 1 from outbox_leader')).length === 1);
  relay();
  const asking = async () => {
    const [session] = await database.query<{ pid: number; query_start: Date }>(
      `select pid, query_start from pg_stat_activity
       where datname = current_database() and query like 'select pg_try_advisory_lock%'`,
    );
    return session;
  };
  const first = await until('a candidate', asking);
  const next = await until('its next question', async () => {
    const session = await asking();
    return session && session.query_start > first.query_start && session;
  });
  assert.equal(next.pid, first.pid);
});

test('stop() publishes what is in the outbox first, and a successor need not wait', async (t) => {
  const { database, outbox, event, relay } = await world(t);
  const first = relay();
  await until('leadership', async () => (await database.query('select 1 from outbox_leader')).length === 1);
  await database.transaction((transaction) => outbox.append(transaction, [event('a')]));
  await first.stop();
  assert.equal(await waiting(database), 0);
  assert.deepEqual(await database.query('select 1 from outbox_leader'), []);
});
