import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { isOver, runLabel, thisRun } from './run-id.ts';

test('a run is over when no program of its label works any more, and unknown on another machine', async (t) => {
  assert.match(thisRun, /^[a-z0-9.]{1,63}$/, 'a label takes it');
  const helm = spawn(process.execPath, [
    '-e',
    'setInterval(() => {}, 1000)',
    '--',
    `--labels=${runLabel}=${thisRun}`,
  ]);
  t.after(() => helm.kill('SIGKILL'));
  await once(helm, 'spawn');
  assert.equal(await isOver(thisRun), false);
  helm.kill('SIGKILL');
  await once(helm, 'exit');
  assert.equal(await isOver(thisRun), true);
  assert.equal(await isOver('another.1.1'), undefined);
});
