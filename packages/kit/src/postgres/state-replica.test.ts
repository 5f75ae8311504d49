import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { encode, outgoing, type ReceivedRecord, tombstone } from '../kafka/cloud-event.ts';
import { cleanup, createTestDatabase, testDeps } from '../testing/backing.ts';
import { createOutbox } from './outbox.ts';
import { createReplicaHandler, storedOffsets } from './state-replica.ts';

const definition = {
  type: 'thing.state.v1',
  topic: { name: 'things.state' },
  key: 'key',
  schema: z.object({ key: z.string(), version: z.int() }),
} as const;

const from = { source: 'test', time: new Date(), traceparent: '' };
const at = (offset: number, record: ReturnType<typeof encode>): ReceivedRecord => ({
  ...record,
  partition: 0,
  offset: String(offset),
  timestamp: new Date(),
});
const state = (offset: number, key: string, version: number) =>
  at(offset, encode(outgoing(definition, { key, version }), from));

test('the copy and its place move together: a failure moves neither, and what is delivered again does not move it back', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  const { database } = await createTestDatabase(deps, clean);
  const applied: [string, number, boolean][] = [];
  let failing = false;
  const handle = createReplicaHandler({ ...deps, database, outbox: createOutbox(deps, 'test') }, 'copy', {
    definition,
    async apply(_transaction, states) {
      if (failing) throw new Error('no');
      applied.push(
        ...states.map(
          ({ key, version, data }) => [key, version, data === undefined] as [string, number, boolean],
        ),
      );
      return [];
    },
  });
  const give = async (...records: ReceivedRecord[]) => {
    const done: string[] = [];
    const batch = { topic: definition.topic.name, partition: 0, records, failedBefore: 0 };
    await handle({ ...batch, done: ({ offset }) => void done.push(offset) });
    return done;
  };

  assert.deepEqual(await give(state(0, 'a', 1), state(1, 'b', 1)), ['1']);
  await give(state(1, 'b', 1), at(2, encode(tombstone(definition, 'a', 2), from)));
  failing = true;
  await assert.rejects(give(state(3, 'c', 1)));
  failing = false;
  assert.deepEqual(await storedOffsets(database, definition.topic.name), [{ partition: 0, next_offset: 3 }]);
  await give(
    state(3, 'c', 1),
    { ...state(4, 'd', 1), value: Buffer.from('rubbish') },
    { ...state(5, 'e', 1), value: null, headers: {} },
  );

  await give(state(2, 'a', 1));

  assert.deepEqual(applied, [
    ['a', 1, false],
    ['b', 1, false],
    ['b', 1, false],
    ['a', 2, true],
    ['c', 1, false],
    ['a', 1, false],
  ]);
  assert.deepEqual(await storedOffsets(database, definition.topic.name), [{ partition: 0, next_offset: 6 }]);
  const consumed = await deps.metrics.registry.getSingleMetricAsString(
    'messaging_client_consumed_messages_total',
  );
  assert.match(consumed, /event_type="unknown",outcome="passed_over"\} 2$/m);
  const failures = await deps.metrics.registry.getSingleMetricAsString('messaging_handling_failures_total');
  assert.match(failures, /event_type="thing.state.v1",error_type="Error"\} 1$/m);
});
