import { globSync } from 'node:fs';
import { execa } from 'execa';
import { findProgram, findPrograms, isThere } from '../programs/find-program.ts';
import type { StageResult } from './stages.ts';

const root = '.';
const rules = 'alerts/rules';

/** Every promtool that is there: what pleases one may not please another. */
export async function lintRules(): Promise<StageResult> {
  const files = globSync(`${rules}/*.yaml`);
  const runs = await Promise.all(
    (await findPrograms('promtool')).map((promtool) =>
      execa(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', ...files], {
        all: true,
        reject: false,
      }),
    ),
  );
  const failed = runs.filter((run) => run.failed);
  return {
    passed: runs.length - failed.length,
    failed: failed.length,
    output: failed.map(({ all, command }) => `${command}\n${all}`).join('\n'),
  };
}

/**
 * What promtool takes and yet is wrong, such as a template with a label that the alert does not have. Its build takes
 * minutes of a small machine, so whoever wants it fetches it: where it is not, nothing is checked.
 */
export async function lintRulesByPint(): Promise<StageResult> {
  if (!(await isThere('pint', root))) {
    return { passed: 0, failed: 0, output: '', skipped: 'not here; `npm run pint` builds it' };
  }
  const pint = await findProgram('pint', { root });
  const args = ['--offline', '--no-color', '--config=tools/pint/pint.hcl', '--log-level=error'];
  const { failed, all } = await execa(pint, [...args, 'lint', '--fail-on=warning', rules], {
    all: true,
    reject: false,
  });
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, output: all };
}
