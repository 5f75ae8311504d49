import { type Drill, type Stage, stageNames } from './drill.ts';
import type { DrillReport } from './perform.ts';
import { allClearSeconds, messageSeconds, type Outcome } from './report/outcome.ts';
import type { StageResult } from './stages.ts';

/** What a person sees while a drill runs. */
export interface Progress {
  say(text: string): void;
  /** Called several times a second. */
  waiting(stage: Stage, seconds: number): void;
  reached(result: StageResult): void;
}

type Output = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

/** One line at the bottom that changes, on a terminal; what is said scrolls above it. */
export interface Screen {
  say(text: string): void;
  /** Elsewhere than on a terminal what passes is said when nothing else was for a while. */
  passing(text: string): void;
}

const silenceMs = 15_000;

export function createScreen(output: Output): Screen {
  const clearLine = output.isTTY ? '\r\u001b[K' : '';
  let saidAt = Date.now();
  const say = (text: string) => {
    saidAt = Date.now();
    output.write(`${clearLine}${text}\n`);
  };
  return {
    say,
    passing(text) {
      // A line that wraps could not be cleared.
      if (output.isTTY) output.write(`${clearLine}${text.slice(0, (output.columns ?? 80) - 1)}`);
      else if (Date.now() - saidAt > silenceMs) say(text);
    },
  };
}

/** A line for each stage; on a terminal, the one that is awaited counts its seconds. */
export function createProgress(screen: Screen): Progress {
  const line = (seconds: number | undefined, text: string) => `${figure(seconds).padStart(7)} s  ${text}`;
  return {
    say: screen.say,
    waiting: (stage, seconds) => screen.passing(line(seconds, `… ${stageNames[stage]}`)),
    reached: ({ stage, seconds, problem }) => screen.say(line(seconds, problem ?? stageNames[stage])),
  };
}

/** A row for each of many drills; on a terminal, the one under way shows its stage at the bottom. */
export function createTable(screen: Screen, names: readonly string[]) {
  const width = Math.max(...names.map((name) => name.length));
  const started = (name: string, at: number) => `… ${name.padEnd(width)}  ${at + 1} of ${names.length}`;
  return {
    head: () => screen.say(`  ${'DRILL'.padEnd(width)}   FAULT → MESSAGE   REPAIR → ALL-CLEAR`),
    /** What passes while one of them waits for something. */
    waiting: (name: string, at: number, text: string) => screen.passing(`${started(name, at)}  ${text}`),
    progressOf: (name: string, at: number): Progress => ({
      say() {},
      waiting: (stage, seconds) =>
        screen.passing(`${started(name, at)}  ${stageNames[stage]} ${figure(seconds)} s`),
      reached() {},
    }),
    row(outcome: Outcome) {
      const mark = { passed: '✔', failed: '✖', skipped: '–' }[outcome.verdict];
      const of = (seconds: number | undefined) => `${figure(seconds)} s`.padStart(15);
      const figures =
        outcome.group === 'negative'
          ? `   silent for ${outcome.seconds.toFixed(0)} s`
          : `   ${of(messageSeconds(outcome))}   ${of(allClearSeconds(outcome)).padStart(18)}`;
      const first = `${mark} ${outcome.name.padEnd(width)}${outcome.verdict === 'passed' ? figures : ''}`;
      const problems = outcome.problems.map((text) => `    ${text.replaceAll('\n', '\n    ')}`);
      screen.say([first.trimEnd(), ...problems].join('\n'));
    },
  };
}

/** The table at the end of a drill, and its verdict. */
export function formatReport(drill: Drill, { stages, problems }: Omit<DrillReport, 'alsoHeard'>): string {
  const row = (stage: string, seconds: string, bound: string, verdict: string) =>
    `${stage.padEnd(24)}${seconds.padStart(7)}${bound.padStart(7)}  ${verdict}`.trimEnd();
  const rows = stages.map(({ stage, seconds, boundSeconds, problem }) =>
    row(stageNames[stage], figure(seconds), `${boundSeconds}`, problem ? '✗' : '✓'),
  );
  const verdict =
    problems.length === 0 ? 'passed.' : `failed:\n${problems.map((text) => `- ${text}`).join('\n')}`;
  const table = [row('STAGE', 'SECONDS', 'BOUND', ''), ...rows].join('\n');
  return `\n${table}\n\nThe drill of ${drill.alert} ${verdict}`;
}

const figure = (seconds: number | undefined) => seconds?.toFixed(1) ?? '–';
