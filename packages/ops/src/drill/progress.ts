import Table from 'cli-table3';
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
  const table = new Table({
    head: ['stage', 'seconds', 'bound', ''],
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { stage, seconds, boundSeconds, problem } of stages) {
    table.push([stageNames[stage], seconds?.toFixed(1) ?? '–', `${boundSeconds}`, problem ? '✗' : '✓']);
  }
  const verdict =
    problems.length === 0 ? ['passed'] : ['failed:', ...problems.map((problem) => `- ${problem}`)];
  return [table.toString(), `Drill of ${drill.alert} ${verdict.join('\n')}`].join('\n');
}
