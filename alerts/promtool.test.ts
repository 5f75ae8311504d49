import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { findPrograms } from '@tocsin/ops';
import { namesIn } from './catalogue/rules.ts';

const run = promisify(execFile);
const tests = namesIn('tests', '.yaml').map((name) =>
  path.join(import.meta.dirname, 'tests', `${name}.yaml`),
);

// Prometheus 2.42 and 3 differ in what they understand, and in what lies within a window.
for (const promtool of await findPrograms('promtool')) {
  const { stdout, stderr } = await run(promtool, ['--version']);
  const version = /version (\S+)/.exec(stdout + stderr)?.[1] ?? promtool;
  for (const file of tests) {
    test(`${path.basename(file)} with promtool ${version}: the rules ring when they must, and are silent when they must be`, async () => {
      await run(promtool, ['test', 'rules', file]);
    });
  }
}
