import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

/** A process that takes a while to repair. */
const script = `
  const { endOnSignals } = await import(${JSON.stringify(import.meta.resolve('./ending.ts'))});
  using ending = endOnSignals(console.log);
  const busy = setInterval(() => {}, 1000);
  const repaired = new Promise((resolve) => process.once('SIGUSR2', resolve));
  console.log('ready');
  await repaired;
  clearInterval(busy);
  console.log('repaired', ending.signal.aborted);`;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends drills, repaired; another one is told why it takes a while`, async (context) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    context.after(() => child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const said = async () => (await lines.next()).value as string;
    assert.equal(await said(), 'ready');
    child.kill(signal);
    assert.equal(await said(), 'Ending; repairing first.');
    child.kill(signal);
    assert.match(await said(), new RegExp(`repair is under way.*kill -9 ${child.pid} and .make heal`));
    child.kill('SIGUSR2');
    assert.equal(await said(), 'repaired true');
    assert.deepEqual(await exited, [0, null]);
  });
}
