import type { Stage } from './stages.ts';

/**
 * Runs every stage, also after one has failed; a line for each, all that a failing one said, and totals.
 * @returns the exit code.
 */
export async function runStages(stages: readonly Stage[], say: (line: string) => void): Promise<number> {
  const startedAt = performance.now();
  let passed = 0;
  let failed = 0;
  for (const stage of stages) {
    const stageStartedAt = performance.now();
    const patience = setInterval(() => say(`  ${stage.name} … ${secondsSince(stageStartedAt)}`), 30_000);
    const result = await stage.run().finally(() => clearInterval(patience));
    passed += result.passed;
    failed += result.failed;
    const mark = result.skipped ? '–' : result.failed === 0 ? '✔' : '✘';
    const counts = result.skipped ?? `${result.passed} passed, ${result.failed} failed`;
    say(`${mark} ${stage.name.padEnd(32)} ${counts.padEnd(24)} ${secondsSince(stageStartedAt)}`);
    if (result.failed > 0) say(`\n${result.output}\n`);
  }
  say(`\n${stages.length} stages, ${secondsSince(startedAt)}`);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
