import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Stage, stageNames } from '../drill.ts';
import type { ProfileName } from '../profile/profile.ts';
import { type Outcome, secondsAt } from './outcome.ts';

const stageSeconds = z.partialRecord(z.enum(Object.keys(stageNames) as [Stage, ...Stage[]]), z.number());

/** `alerts/drills/measured.json`: of each alert and profile, the seconds by stage as they were last recorded. */
export const measuredSchema = z.record(
  z.string(),
  z.object({ shipped: stageSeconds.optional(), drill: stageSeconds.optional() }),
);
export type Measured = z.output<typeof measuredSchema>;

const fileIn = (root: string) => path.join(root, 'alerts/drills/measured.json');

/** Enters the drills that have passed; of several of one alert, the median of each stage. */
export async function recordMeasured(root: string, outcomes: readonly Outcome[]): Promise<void> {
  const before = await readFile(fileIn(root), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const after = withMeasured(measuredSchema.parse(JSON.parse(before)), outcomes);
  await writeFile(fileIn(root), `${JSON.stringify(after, null, 2)}\n`);
}

export function withMeasured(before: Measured, outcomes: readonly Outcome[]): Measured {
  const after: Measured = { ...before };
  const passed = outcomes.filter(({ verdict, group }) => verdict === 'passed' && group !== 'negative');
  for (const { name, profile } of passed) {
    const same = passed.filter((outcome) => outcome.name === name && outcome.profile === profile);
    after[name] = { ...after[name], [profile satisfies ProfileName]: mediansOf(same) };
  }
  const names = Object.keys(after).sort();
  return Object.fromEntries(names.map((name) => [name, after[name] ?? {}]));
}

function mediansOf(outcomes: readonly Outcome[]): Partial<Record<Stage, number>> {
  const stages = (Object.keys(stageNames) as Stage[]).flatMap((stage) => {
    const seconds = outcomes.flatMap((outcome) => secondsAt(outcome, stage) ?? []);
    return seconds.length === 0 ? [] : [[stage, Number(median(seconds).toFixed(1))] as const];
  });
  return Object.fromEntries(stages);
}

/** The lower one of two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
