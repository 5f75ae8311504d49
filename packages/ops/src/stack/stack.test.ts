import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import getPort from 'get-port';
import { passes } from './check.ts';
import type { PartState } from './part.ts';
import { createStack, type Stack } from './stack.ts';
import { eventually, fakePart, idle, running, server, startStack, temporaryFolder } from './testing.ts';

const reaches = (stack: Stack, name: string, state: PartState) =>
  eventually(
    `${name} is ${state}`,
    () => stack.part(name).status().state === state,
    () => stack.part(name).status(),
  );

const pidOf = (stack: Stack, name: string): number => {
  const { pid } = stack.part(name).status();
  assert.ok(pid !== null, `${name} has no process`);
  return pid;
};

test('a part starts only when the job that it waits for is done', async (context) => {
  const folder = await temporaryFolder(cleanup(context));
  const file = path.join(folder, 'made');
  const stack = await startStack(cleanup(context), [
    fakePart('reader', `require('node:fs').readFileSync(${JSON.stringify(file)}); ${idle}`, {
      after: ['job'],
    }),
    fakePart('job', `setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(file)}, ''), 300)`, {
      kind: 'job',
    }),
  ]);
  assert.equal(stack.part('reader').status().state, 'waiting');
  await stack.wellOnce;
  assert.equal(stack.part('job').status().state, 'done');
  assert.equal(stack.part('reader').status().restarts, 0);
});

test('a stack in which a part waits for one that is not there is refused', () => {
  const parts = [fakePart('reader', idle, { after: ['nobody'] })];
  assert.throws(() => createStack(parts, { root: '.', dataDir: '.', logDir: '.' }), /no part "nobody"/);
});

test('a part that is killed is started again', async (context) => {
  const stack = await startStack(cleanup(context), [fakePart('part', idle)]);
  await reaches(stack, 'part', 'ready');
  const first = pidOf(stack, 'part');
  process.kill(first, 'SIGKILL');
  await eventually(
    'another process is ready',
    () => stack.part('part').status().state === 'ready' && stack.part('part').status().pid !== first,
    () => stack.part('part').status(),
  );
  assert.equal(stack.part('part').status().restarts, 1);
});

test('a job that fails is tried again until it succeeds', async (context) => {
  const folder = await temporaryFolder(cleanup(context));
  const file = JSON.stringify(path.join(folder, 'tried'));
  const script = `const fs = require('node:fs'); if (fs.existsSync(${file})) process.exit(0); fs.writeFileSync(${file}, ''); process.exit(3)`;
  const stack = await startStack(cleanup(context), [fakePart('job', script, { kind: 'job' })]);
  await reaches(stack, 'job', 'done');
  assert.equal(stack.part('job').status().restarts, 1);
});

test('a part that lives but fails its liveness check three times is started again', async (context) => {
  const port = await getPort({ host: '127.0.0.1' });
  const url = `http://127.0.0.1:${port}/`;
  // Well for its first three answers, then sick; a new process is well again.
  const script = `let asked = 0; ${server(port, '++asked > 3 ? 500 : 200')}`;
  const stack = await startStack(cleanup(context), [
    fakePart('part', script, { ready: { http: url }, live: { http: url } }),
  ]);
  await reaches(stack, 'part', 'ready');
  const first = pidOf(stack, 'part');
  await eventually(
    'it was started again',
    () => stack.part('part').status().restarts > 0,
    () => stack.part('part').status(),
  );
  assert.deepEqual(await running([first]), []);
});

test('a part that cannot start says why', async (context) => {
  const stack = await startStack(cleanup(context), [
    fakePart('missing', '', { command: () => ['/no/such/program'] }),
    fakePart('failing', 'console.log("no such file"); process.exit(7)'),
    fakePart('silent', idle, { ready: { tcp: 1 }, startTimeoutMs: 200 }),
  ]);
  const says = (name: string, problem: RegExp) =>
    eventually(
      `${name} says ${problem}`,
      () => problem.test(stack.part(name).status().problem ?? ''),
      () => stack.part(name).status(),
    );
  await says('missing', /ENOENT/);
  await says('failing', /exit code 7/);
  await says('silent', /not ready within 0.2 s/);
  assert.match(await readFile(path.join(stack.folder, 'logs/failing.log'), 'utf8'), /no such file/);
});

test('a held part stays down until it is released', async (context) => {
  const stack = await startStack(cleanup(context), [fakePart('part', idle)]);
  await reaches(stack, 'part', 'ready');
  const first = pidOf(stack, 'part');
  await stack.part('part').hold();
  assert.deepEqual(await running([first]), []);
  await reaches(stack, 'part', 'held');
  stack.part('part').release();
  await reaches(stack, 'part', 'ready');
  assert.equal(stack.part('part').status().restarts, 0);
});

test('a job that has done its work cannot be held', async (context) => {
  const stack = await startStack(cleanup(context), [fakePart('job', 'process.exit(0)', { kind: 'job' })]);
  await reaches(stack, 'job', 'done');
  await assert.rejects(stack.part('job').hold(), /job is done/);
  assert.equal(stack.part('job').status().state, 'done');
});

test('a part that is held while it waits to be started again stays down', async (context) => {
  const stack = await startStack(cleanup(context), [fakePart('part', 'process.exit(1)')]);
  await reaches(stack, 'part', 'restarting');
  await stack.part('part').hold();
  await reaches(stack, 'part', 'held');
});

test('stopping ends children of children, and what ignores SIGTERM', async (context) => {
  const grandchild = `process.on('SIGTERM', () => {}); console.log(process.pid); ${idle}`;
  const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' }); ${idle}`;
  const deaf = `process.on('SIGTERM', () => {}); console.log('deaf'); ${idle}`;
  const stack = await startStack(cleanup(context), [
    fakePart('parent', script),
    fakePart('deaf', deaf, { stopTimeoutMs: 300 }),
  ]);
  const logged = async (name: string) =>
    (await readFile(path.join(stack.folder, `logs/${name}.log`), 'utf8').catch(() => '')).trim();
  await eventually(
    'both have begun',
    async () => !!(await logged('parent')) && !!(await logged('deaf')),
    stack.status,
  );
  const pids = [pidOf(stack, 'deaf'), pidOf(stack, 'parent'), Number(await logged('parent'))];
  assert.deepEqual(await running(pids), pids);
  await stack.stop();
  assert.deepEqual(await running(pids), []);
});

test('a part is stopped after those that waited for it', async (context) => {
  const folder = await temporaryFolder(cleanup(context));
  const file = JSON.stringify(path.join(folder, 'ends'));
  const telling = (name: string) =>
    `process.on('SIGTERM', () => setTimeout(() => { require('node:fs').appendFileSync(${file}, '${name} '); process.exit(0); }, 100)); console.log('on'); ${idle}`;
  const stack = await startStack(cleanup(context), [
    fakePart('broker', telling('broker')),
    fakePart('service', telling('service'), { after: ['broker'] }),
  ]);
  await stack.wellOnce;
  await eventually(
    'both listen to the signal',
    async () => {
      const logs = ['broker', 'service'].map((name) => path.join(stack.folder, `logs/${name}.log`));
      const texts = await Promise.all(logs.map((log) => readFile(log, 'utf8').catch(() => '')));
      return texts.every((text) => text.includes('on'));
    },
    stack.status,
  );
  await stack.stop();
  assert.equal(await readFile(JSON.parse(file) as string, 'utf8'), 'service broker ');
});

test('a frozen part stands still, is not started anew for it, and goes on when it is thawed', async (context) => {
  const port = await getPort({ host: '127.0.0.1' });
  const url = `http://127.0.0.1:${port}/`;
  const stack = await startStack(cleanup(context), [
    fakePart('part', server(port), { ready: { http: url }, live: { http: url } }),
  ]);
  await reaches(stack, 'part', 'ready');
  const first = pidOf(stack, 'part');
  await stack.part('part').freeze();
  const answers = () => passes({ http: url }, 500);
  // Longer than three failures in a row take.
  for (let round = 0; round < 4; round += 1) assert.equal(await answers(), false);
  await stack.part('part').thaw();
  await eventually('it answers again', answers, () => stack.part('part').status());
  assert.equal(pidOf(stack, 'part'), first);
});

test('a frozen part can be held, and is no longer frozen when it is released', async (context) => {
  const stack = await startStack(cleanup(context), [fakePart('part', idle)]);
  await reaches(stack, 'part', 'ready');
  await stack.part('part').freeze();
  await stack.part('part').hold();
  await assert.rejects(stack.part('part').freeze(), /part does not run: it is held/);
  stack.part('part').release();
  await reaches(stack, 'part', 'ready');
});
