import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { namesIn, type Rule, readAlertsFile } from '../catalogue/rules.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { affectedBy, neededFor, noticing, type TestFile } from './slice.ts';

/** What became of the mutants of one rule file. */
export interface Verdict {
  readonly concern: string;
  readonly mutants: number;
  /** Names of those that no test noticed. */
  readonly survivors: readonly string[];
  readonly noticed: readonly string[];
  readonly seconds: number;
}

/** Rules, and the tests that are to notice what is wrong with them. */
export interface Subject {
  readonly concern: string;
  readonly file: RuleFile;
  readonly tests: readonly TestFile[];
}

interface RuleFile {
  readonly groups: readonly (Record<string, unknown> & { readonly rules: readonly Rule[] })[];
}

/** A file of `rules/`, and the files of `tests/` that load it. */
export function subjectOf(concern: string): Subject {
  const tests = namesIn('tests', '.yaml')
    .map((name) => parse(readAlertsFile('tests', `${name}.yaml`)) as TestFile)
    .filter(({ rule_files }) => rule_files.includes(`../rules/${concern}.yaml`));
  return { concern, file: parse(readAlertsFile('rules', `${concern}.yaml`)) as RuleFile, tests };
}

/**
 * Lets promtool's unit tests judge every mutant of a rule file.
 * @throws Error when a test fails on the rules as they are: then nothing could be told.
 */
export async function judge(
  promtool: string,
  { concern, file, tests }: Subject,
  onSurvivor: (name: string) => void = () => {},
): Promise<Verdict> {
  const startedAt = performance.now();
  const rules = file.groups.flatMap((group) => group.rules);
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-mutants-'));
  try {
    const bench = createBench(promtool, folder, file);
    for (const test of tests) {
      const failure = await bench.failureOf([test], rules);
      if (failure) throw new Error(`A test of ${concern}.yaml fails without any change:\n${failure}`);
    }
    const survivors: string[] = [];
    const noticed: string[] = [];
    const waiting = mutantsOf(rules);
    const mutants = waiting.length;
    const worker = async () => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const isCaught = await isNoticed(mutant, rules, tests, bench);
        (isCaught ? noticed : survivors).push(mutant.name);
        if (!isCaught) onSurvivor(mutant.name);
      }
    };
    await Promise.all(Array.from({ length: Math.max(2, availableParallelism() - 1) }, worker));
    const seconds = (performance.now() - startedAt) / 1000;
    return { concern, mutants, survivors: survivors.toSorted(), noticed, seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isNoticed(
  { index, rule }: Mutant,
  rules: readonly Rule[],
  tests: readonly TestFile[],
  bench: Bench,
): Promise<boolean> {
  const original = rules[index] ?? rule;
  const affected = affectedBy(original, rules);
  const mutated = rules.map((other, at) => (at === index ? rule : other));
  const groups = tests.map((file) => noticing(file, original, affected));
  // What most likely notices it, of every file, before the rest.
  for (const stage of [0, 1]) {
    for (const group of groups) {
      const file = group[stage];
      if (file && (await bench.failureOf([file], mutated))) return true;
    }
  }
  return false;
}

interface Bench {
  /** What promtool says against the rules, or undefined. */
  failureOf(tests: readonly TestFile[], rules: readonly Rule[]): Promise<string | undefined>;
}

function createBench(promtool: string, folder: string, { groups }: RuleFile): Bench {
  let count = 0;
  return {
    async failureOf(tests, rules) {
      const own = path.join(folder, String(count++));
      await mkdir(own);
      const needed = new Set(neededFor(tests, rules));
      let at = 0;
      const kept = groups.map((group) => {
        const ours = rules.slice(at, at + group.rules.length);
        at += group.rules.length;
        return { ...group, rules: ours.filter((rule) => needed.has(rule)) };
      });
      // JSON is YAML.
      await writeFile(
        path.join(own, 'rules.yaml'),
        JSON.stringify({ groups: kept.filter((group) => group.rules.length > 0) }),
      );
      const files = tests.map((_, index) => path.join(own, `test-${index}.yaml`));
      for (const [index, file] of files.entries()) {
        await writeFile(file, JSON.stringify({ ...tests[index], rule_files: ['rules.yaml'] }));
      }
      const { failed, timedOut, all } = await execa(promtool, ['test', 'rules', ...files], {
        all: true,
        reject: false,
        timeout: 300_000,
      });
      // It would pass for a mistake that was noticed.
      if (timedOut) throw new Error(`promtool has not come to an end within five minutes: ${own}`);
      await rm(own, { recursive: true, force: true });
      return failed ? all : undefined;
    },
  };
}
