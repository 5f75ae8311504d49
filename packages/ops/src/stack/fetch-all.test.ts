import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchAll } from './fetch-all.ts';
import { fakePart, idle } from './testing.ts';

test('parts fetch side by side, and a failure is told when all have come to an end', async () => {
  const ended: string[] = [];
  const other = Promise.withResolvers<void>();
  const parts = [
    fakePart('first', idle, {
      fetch: async () => {
        await other.promise; // Would wait for ever if it had to be done before the second one begins.
        ended.push('first');
      },
    }),
    fakePart('second', idle, {
      fetch: async () => {
        other.resolve();
        throw new Error('not to be had');
      },
    }),
    fakePart('third', idle),
  ];
  await assert.rejects(
    fetchAll(parts, () => {}),
    { message: 'not to be had' },
  );
  assert.deepEqual(ended, ['first']);
});
