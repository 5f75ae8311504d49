import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Log } from '@tocsin/kit';
import { untilItWorks } from './until-it-works.ts';

test('a job goes on until it works, and says each reason once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const said: string[] = [];
  const log = { warn: ({ reason }: { reason: string }) => void said.push(reason) } as unknown as Log;
  const reasons = ['refused', 'refused', 'no leader', 'no leader', 'no leader'];
  let tries = 0;

  const done = untilItWorks(log, 'create topics', async () => {
    const reason = reasons[tries++];
    if (reason) throw new Error('not yet', { cause: new Error(reason) });
    return tries;
  });
  const settled = { yet: false };
  void done.then(() => {
    settled.yet = true;
  });
  for (let turn = 0; turn < 1000 && !settled.yet; turn++) {
    t.mock.timers.tick(3000);
    await Promise.resolve();
  }

  assert.equal(await done, 6);
  assert.deepEqual(said, ['not yet: refused', 'not yet: no leader']);
});
