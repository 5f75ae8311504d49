import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runStages } from './run-stages.ts';
import type { Stage } from './stages.ts';

function stage(name: string, passed: number, failed: number, output: string): Stage {
  return { name, static: true, run: async () => ({ passed, failed, output }) };
}

test('each stage has a line with its counts, and the last line adds them up', async () => {
  const lines: string[] = [];
  const code = await runStages([stage('types', 1, 0, ''), stage('tests', 41, 0, 'noise')], (line) =>
    lines.push(line),
  );
  assert.equal(code, 0);
  assert.match(lines[0] ?? '', /^✔ types .* 1 passed, 0 failed/);
  assert.match(lines[1] ?? '', /^✔ tests .* 41 passed, 0 failed/);
  assert.equal(lines.at(-1), '42 passed, 0 failed');
  assert.doesNotMatch(lines.join('\n'), /noise/);
});

test('a failing stage shows all that it said, and later stages still run', async () => {
  const lines: string[] = [];
  const code = await runStages(
    [stage('types', 0, 1, 'TS2322: wrong'), stage('tests', 7, 2, 'not ok')],
    (line) => lines.push(line),
  );
  assert.equal(code, 1);
  assert.match(lines.join('\n'), /TS2322: wrong[\s\S]*not ok/);
  assert.equal(lines.at(-1), '7 passed, 3 failed');
});

test('a stage that has done nothing says why, and counts for nothing', async () => {
  const lines: string[] = [];
  const skipped = {
    ...stage('lint', 0, 0, ''),
    run: async () => ({ passed: 0, failed: 0, output: '', skipped: 'no linter' }),
  };
  assert.equal(await runStages([skipped, stage('tests', 41, 0, '')], (line) => lines.push(line)), 0);
  assert.match(lines[0] ?? '', /^– lint .* no linter/);
  assert.equal(lines.at(-1), '41 passed, 0 failed');
});
