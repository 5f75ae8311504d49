import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { down } from './commands/down.ts';
import { hold, release } from './commands/hold.ts';
import { NotUp, supervisor } from './control.ts';
import { runRecord } from './run-record.ts';
import { eventually, idle, running, temporaryFolder } from './testing.ts';
import { untilReady } from './until-ready.ts';

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

test('a part is killed and started again, and frozen and thawed, by its name', async (context) => {
  await startSupervisor(context);
  const [before] = await pids();
  await supervisor().kill('one');
  await eventually(
    'another process is ready',
    async () => (await pids())[0] !== before && (await states())[0] === 'ready',
    () => before,
  );
  const [, two = 0] = await pids();
  const state = async () => (await readFile(`/proc/${two}/stat`, 'utf8')).split(') ')[1]?.[0];
  if (process.platform !== 'linux') return; // Elsewhere nobody says so.
  await supervisor().freeze('two');
  await eventually(
    'it stands still',
    async () => (await state()) === 'T',
    () => two,
  );
  await supervisor().thaw('two');
  await eventually(
    'it goes on',
    async () => (await state()) !== 'T',
    () => two,
  );
});

test('a held part is released with other settings, which last until it is held again', async (context) => {
  await startSupervisor(context);
  const environment = async () => {
    const [one = 0] = await pids();
    return readFile(`/proc/${one}/environ`, 'utf8');
  };
  if (process.platform !== 'linux') return; // Elsewhere nobody says so.
  await supervisor().hold('one');
  await supervisor().release('one', { RELEASE: '1.2.3 & more' });
  await untilReady(['one']);
  assert.match(await environment(), /(^|\0)RELEASE=1\.2\.3 & more\0/);
  await supervisor().hold('one');
  await release('one');
  assert.doesNotMatch(await environment(), /RELEASE=1\.2\.3/);
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
  assert.match(said.join('\n'), /left running: one, two/);
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
