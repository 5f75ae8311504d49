import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { alone } from './alone.ts';
import { temporaryFolder } from './testing.ts';

test('work is done by one process at a time in a folder, and by another once that was killed', async (context) => {
  const clean = cleanup(context);
  const [folder, elsewhere] = [await temporaryFolder(clean), await temporaryFolder(clean)];
  const script = `
    const { alone } = await import(${JSON.stringify(import.meta.resolve('./alone.ts'))});
    await alone('work', ${JSON.stringify(folder)}, 'busy', async () => {
      console.log('at it');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  clean.defer(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');

  const work = async () => 'done';
  await assert.rejects(alone('work', folder, 'busy', work), { message: 'busy' });
  assert.equal(await alone('work', elsewhere, 'busy', work), 'done');
  const exited = once(other, 'exit');
  other.kill('SIGKILL');
  await exited;
  assert.equal(await alone('work', folder, 'busy', work), 'done');
  assert.equal(await alone('work', folder, 'busy', work), 'done');
});
