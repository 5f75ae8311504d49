import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { down } from './commands/down.ts';
import { hold, release } from './commands/hold.ts';
import { NotUp, supervisor } from './control.ts';
import { runRecord } from './run-record.ts';
import { eventually, idle, running, temporaryFolder } from './testing.ts';

/** A supervisor as `make up` starts it, of two parts that do nothing, in a folder of its own. */
async function startSupervisor(context: TestContext) {
  const clean = cleanup(context);
  const root = await temporaryFolder(clean);
  process.chdir(root); // Where its socket is looked for.
  const script = `
    const { supervise } = await import(${JSON.stringify(import.meta.resolve('./supervise.ts'))});
    const { testSite } = await import(${JSON.stringify(import.meta.resolve('./site.ts'))});
    const { fakePart } = await import(${JSON.stringify(import.meta.resolve('./testing.ts'))});
    const site = testSite(process.cwd(), process.cwd() + '/data', {});
    await supervise(site, ['one', 'two'].map((name) => fakePart(name, ${JSON.stringify(idle)})));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    stdio: 'ignore',
  });
  clean.defer(() => down(root, () => {}));
  const exited = once(child, 'exit');
  await eventually(
    'all parts are ready and on record',
    async () => {
      const recorded = await runRecord(root).survivors();
      return recorded.length === 3 && (await states()).every((state) => state === 'ready');
    },
    () => child.exitCode,
  );
  return { root, child, exited };
}

const states = async () =>
  supervisor()
    .status()
    .then(
      ({ parts }) => parts.map(({ state }) => state),
      () => ['not up'],
    );

const pids = async () => (await supervisor().status()).parts.map(({ pid }) => pid ?? 0);

test('the supervisor tells how its parts are, and how much memory they take', async (context) => {
  await startSupervisor(context);
  const { parts } = await supervisor().status();
  assert.deepEqual(
    parts.map(({ part, state, restarts }) => ({ part, state, restarts })),
    [
      { part: 'one', state: 'ready', restarts: 0 },
      { part: 'two', state: 'ready', restarts: 0 },
    ],
  );
  for (const { rssBytes } of parts) assert.ok(rssBytes !== null && rssBytes > 10e6, `${rssBytes} bytes`);
});

test('a part is held and released by its name; a wrong name is answered with the right ones', async (context) => {
  await startSupervisor(context);
  await hold('one');
  assert.deepEqual(await states(), ['held', 'ready']);
  await release('one');
  assert.deepEqual(await states(), ['ready', 'ready']);
  await assert.rejects(hold('three'), /no part "three".*one, two/);
});

test('down ends the parts and the supervisor, and leaves no record', async (context) => {
  const { root, exited } = await startSupervisor(context);
  const parts = await pids();
  await down(root, () => {});
  await exited;
  assert.deepEqual(await running(parts), []);
  assert.deepEqual(await runRecord(root).survivors(), []);
  await assert.rejects(supervisor().status(), NotUp);
});

test('down ends the parts even when the supervisor was killed', async (context) => {
  const { root, child, exited } = await startSupervisor(context);
  const parts = await pids();
  child.kill('SIGKILL');
  await exited;
  assert.deepEqual(await running(parts), parts);
  const said: string[] = [];
  await down(root, (line) => said.push(line));
  assert.deepEqual(await running(parts), []);
  assert.match(said.join('\n'), /left: one, two/);
});

test('a process that has the pid of a recorded one, but not its start, is left alone', async (context) => {
  const root = await temporaryFolder(cleanup(context));
  const stranger = spawn(process.execPath, ['-e', idle], { detached: true, stdio: 'ignore' });
  context.after(() => stranger.kill('SIGKILL'));
  await once(stranger, 'spawn');
  const pid = stranger.pid ?? 0;
  runRecord(root).write([{ name: 'part', pid, started: 'long ago', stopSignal: 'SIGTERM' }]);
  await down(root, () => {});
  assert.deepEqual(await running([pid]), [pid]);
});
