import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { KitError } from '../errors.ts';
import { encode, outgoing, type ReceivedRecord } from '../kafka/cloud-event.ts';
import {
  cleanup,
  createTestDatabase,
  testDeps,
  testGroup,
  testTopic,
  uniqueName,
} from '../testing/backing.ts';
import { countingReactions, effects } from '../testing/counting.ts';
import { createInboxHandler } from './inbox.ts';

async function world(t: TestContext) {
  const deps = testDeps();
  const { database } = await createTestDatabase(deps, cleanup(t));
  const group = testGroup(uniqueName('group'), testTopic('events'));
  const handle = createInboxHandler(
    { ...deps, database },
    {
      service: 'test',
      group,
      reactions: countingReactions(({ key }) => {
        if (key === 'refused') throw new KitError('refused', 'for good');
      }),
    },
  );
  const records = ['a', 'refused', 'b'].map((key, index): ReceivedRecord => {
    const origin = { source: 'test', time: new Date(), traceparent: '' };
    const [happened] = group.events;
    return {
      ...encode(outgoing(happened, { key, text: '' }), origin),
      partition: 0,
      offset: String(index),
      timestamp: new Date(),
    };
  });
  const done: string[] = [];
  return {
    database,
    group,
    done,
    handle: () =>
      handle({
        topic: 'events',
        partition: 0,
        records,
        failedBefore: 0,
        done: ({ offset }) => void done.push(offset),
      }),
    inbox: () =>
      database
        .query<{ status: string }>('select status from inbox order by status')
        .then((rows) => rows.map(({ status }) => status)),
    outbox: () =>
      database
        .query<{ topic: string }>('select topic from outbox')
        .then((rows) => rows.map(({ topic }) => topic)),
  };
}

test('a dead letter and the mark that its record is dealt with are one transaction', async (t) => {
  const { database, group, handle, done, inbox, outbox } = await world(t);
  await database.query(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'disk full' using errcode = '53100'; end $$`);
  await database.query('create trigger refuse before insert on outbox execute function refuse()');

  // The letter cannot be written: then its record is not dealt with either, and will come again.
  await assert.rejects(handle(), { code: 'database_unavailable' });
  assert.deepEqual([await inbox(), await outbox()], [['handled'], []]);
  assert.deepEqual(done, ['0']);

  await database.query('drop trigger refuse on outbox');
  await handle();
  assert.deepEqual(await inbox(), ['dead_lettered', 'handled', 'handled']);
  assert.deepEqual(await outbox(), [group.deadLetters.name]);
  assert.deepEqual(await effects(database), { a: 1, b: 1 });

  await handle();
  assert.deepEqual(
    await outbox(),
    [group.deadLetters.name],
    'a record that comes again makes no second letter',
  );
});
