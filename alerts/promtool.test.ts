import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { findProgram } from '@tocsin/ops';

const run = promisify(execFile);
const filesIn = (folder: string) =>
  readdirSync(path.join(import.meta.dirname, folder)).map((file) =>
    path.join(import.meta.dirname, folder, file),
  );

test('the rules are valid', async () => {
  await run(await findProgram('promtool'), ['check', 'rules', ...filesIn('rules')]);
});

test('the rules ring when they must, and are silent when they must be', async () => {
  await run(await findProgram('promtool'), ['test', 'rules', ...filesIn('tests')]);
});
