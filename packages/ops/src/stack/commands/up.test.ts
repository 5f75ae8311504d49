import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { eventually, idle, running, temporaryFolder } from '../testing.ts';
import { down } from './down.ts';

const here = (file: string) => JSON.stringify(import.meta.resolve(file));

/** `make up` of one part that does nothing, in a folder whose supervisor does `before` first. */
async function startUp(context: TestContext, before: string) {
  const clean = cleanup(context);
  const root = await temporaryFolder(clean);
  process.chdir(root); // Where its socket is looked for.
  const declare = `
    const { fakePart } = await import(${here('../testing.ts')});
    const declare = () => [fakePart('part', ${JSON.stringify(idle)})];`;
  const cli = path.join(root, 'packages/ops/src/cli.ts');
  const pidFile = path.join(root, 'supervisor.pid');
  await mkdir(path.dirname(cli), { recursive: true });
  await writeFile(
    cli,
    `(await import('node:fs')).writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    ${before}
    ${declare}
    const { laptopSite } = await import(${here('../site.ts')});
    await (await import(${here('../supervise.ts')})).supervise(laptopSite(process.cwd(), 0), declare());`,
  );
  await writeFile(path.join(root, 'package.json'), '{ "type": "module" }');
  const script = `${declare}
    await (await import(${here('./up.ts')})).up(process.cwd(), { portOffset: 0 }, console.log, declare);`;
  const up = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  clean.defer(() => down(root, () => {}));
  const exited = once(up, 'exit');
  const supervisorPid = async () => {
    await eventually(
      'a supervisor',
      () => existsSync(pidFile),
      () => up.exitCode,
    );
    return Number(await readFile(pidFile, 'utf8'));
  };
  return { up, exited, supervisorPid };
}

test('Ctrl-C ends a supervisor that does not listen to anybody yet', async (context) => {
  const { up, exited, supervisorPid } = await startUp(
    context,
    'await new Promise((resolve) => setTimeout(resolve, 3000));',
  );
  const pid = await supervisorPid();
  up.kill('SIGINT');
  assert.deepEqual(await exited, [130, null]);
  await eventually(
    'the supervisor ends',
    async () => (await running([pid])).length === 0,
    () => pid,
  );
});

test('a supervisor that cannot start is complained of at once, with what it has said', async (context) => {
  const { up, exited } = await startUp(context, 'console.log("no luck"); process.exit(3);');
  const said = up.stderr.setEncoding('utf8').toArray();
  await exited;
  assert.match((await said).join(''), /supervisor does not come up: it has ended \(3\)[\s\S]*no luck/);
});
