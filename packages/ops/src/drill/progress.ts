import { type Drill, type Stage, stageNames } from './drill.ts';
import type { DrillReport } from './perform.ts';
import type { StageResult } from './stages.ts';

/** What a person sees while a drill runs. */
export interface Progress {
  say(text: string): void;
  /** Called several times a second. */
  waiting(stage: Stage, seconds: number): void;
  reached(result: StageResult): void;
}

/** A line for each stage; on a terminal, the one that is awaited counts its seconds. */
export function createProgress(output: NodeJS.WriteStream): Progress {
  const clearLine = output.isTTY ? '\r\u001b[K' : '';
  const line = (seconds: number | undefined, text: string) =>
    `${(seconds?.toFixed(1) ?? '–').padStart(7)} s  ${text}`;
  return {
    say: (text) => output.write(`${clearLine}${text}\n`),
    waiting(stage, seconds) {
      if (output.isTTY) output.write(`${clearLine}${line(seconds, `… ${stageNames[stage]}`)}`);
    },
    reached: ({ stage, seconds, problem }) =>
      output.write(`${clearLine}${line(seconds, problem ?? stageNames[stage])}\n`),
  };
}

/** The table at the end of a drill, and its verdict. */
export function formatReport(drill: Drill, { stages, problems }: DrillReport): string {
  const row = (stage: string, seconds: string, bound: string, verdict: string) =>
    `${stage.padEnd(24)}${seconds.padStart(7)}${bound.padStart(7)}  ${verdict}`.trimEnd();
  const rows = stages.map(({ stage, seconds, boundSeconds, problem }) =>
    row(stageNames[stage], seconds?.toFixed(1) ?? '–', `${boundSeconds}`, problem ? '✗' : '✓'),
  );
  const verdict =
    problems.length === 0 ? 'passed.' : `failed:\n${problems.map((text) => `- ${text}`).join('\n')}`;
  const table = [row('STAGE', 'SECONDS', 'BOUND', ''), ...rows].join('\n');
  return `\n${table}\n\nThe drill of ${drill.alert} ${verdict}`;
}
