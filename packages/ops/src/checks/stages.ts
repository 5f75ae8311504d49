import { availableParallelism } from 'node:os';
import { execa } from 'execa';
import { lintRules, lintRulesByPint } from './rules.ts';

/** One step of `make test`. */
export interface Stage {
  name: string;
  /** Needs no running programs, and is part of `make check`. */
  static: boolean;
  run(): Promise<StageResult>;
}

export interface StageResult {
  passed: number;
  failed: number;
  /** All that it said, shown when something failed. */
  output: string;
  /** Why nothing was done. */
  skipped?: string;
}

/** What is quick to fail comes first. */
export const stages: readonly Stage[] = [
  staticCheck('types', 'tsc', ['--noEmit', '-p', '.']),
  staticCheck('format and lint', 'biome', ['check', '--error-on-warnings']),
  staticCheck('promises and import boundaries', 'oxlint', ['--type-aware']),
  staticCheck('dead code', 'knip', ['--treat-config-hints-as-errors']),
  // A missing piece of an alert is told at once, by name.
  { name: 'alerts are whole', static: true, run: () => runTests(['alerts/closed/*.test.ts']) },
  { name: 'rules, by promtool', static: true, run: lintRules },
  { name: 'rules, by pint', static: true, run: lintRulesByPint },
  {
    name: 'tests',
    static: false,
    run: () =>
      runTests(
        [
          '{packages,services,dashboards,deploy}/**/*.test.ts',
          // Not those in their folders: they are checks, above, or for a cluster, by `make e2e`.
          '{alerts,tests}/*.test.ts',
        ],
        '--test-global-setup=tests/setup/backing.ts',
      ),
  },
];

/** A program that exits 0 when all is well. */
function staticCheck(name: string, program: string, args: string[]): Stage {
  const run = async () => {
    const { failed, all } = await execa(program, args, { all: true, reject: false });
    return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, output: all };
  };
  return { name, static: true, run };
}

/** Tests wait for other processes more than they compute: two at once on the smallest machine. */
const concurrency = Math.max(2, availableParallelism() - 1);
const testTimeoutMs = 10 * 60_000;

async function runTests(files: readonly string[], ...options: readonly string[]): Promise<StageResult> {
  const { failed, all } = await execa(
    process.execPath,
    [
      ...['--test', '--disable-warning=ExperimentalWarning', '--test-reporter=spec'],
      ...[`--test-concurrency=${concurrency}`, `--test-timeout=${testTimeoutMs}`],
      ...options,
      ...files,
    ],
    { all: true, reject: false },
  );
  const count = (what: string) => Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(all)?.[1] ?? 0);
  const bad = count('fail') + count('cancelled');
  // Without a summary the run itself has failed.
  return { passed: count('pass'), failed: failed ? Math.max(bad, 1) : bad, output: all };
}
