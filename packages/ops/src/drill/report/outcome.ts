import type { DrillGroup, Stage } from '../drill.ts';
import { inWords } from '../heard.ts';
import type { DrillReport } from '../perform.ts';
import type { ProfileName } from '../profile/profile.ts';
import type { StageResult } from '../stages.ts';

/** What came of one drill, as the reports tell it. */
export interface Outcome {
  /** Name of the alert, or of the negative drill. */
  readonly name: string;
  readonly group: DrillGroup | 'negative';
  readonly profile: ProfileName;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** Seconds from its beginning to its end. */
  readonly seconds: number;
  readonly stages: readonly StageResult[];
  /** Why it has failed, or was skipped. */
  readonly problems: readonly string[];
  /** Worth knowing, and no failure. */
  readonly notes: readonly string[];
}

/** All that one `make drill` did. */
export interface Session {
  readonly target: string;
  readonly startedAt: Date;
  readonly outcomes: readonly Outcome[];
}

export function outcomeOf(
  drill: { alert: string; group: DrillGroup },
  profile: ProfileName,
  { stages, problems, alsoHeard }: DrillReport,
  seconds: number,
): Outcome {
  return {
    name: drill.alert,
    group: drill.group,
    profile,
    verdict: problems.length === 0 ? 'passed' : 'failed',
    seconds,
    stages,
    problems,
    notes: [...new Set(alsoHeard.map(inWords))],
  };
}

/** Seconds of a stage; undefined when it was not reached, or was not on the way. */
export function secondsAt({ stages }: Outcome, stage: Stage): number | undefined {
  return stages.find((result) => result.stage === stage)?.seconds;
}

/** When the last of those who must hear of the alarm had heard of it. */
export function messageSeconds(outcome: Outcome): number | undefined {
  return latest(secondsAt(outcome, 'message'), secondsAt(outcome, 'pager'));
}

/** When the last of them had heard the all-clear. */
export function allClearSeconds(outcome: Outcome): number | undefined {
  return latest(secondsAt(outcome, 'resolved'), secondsAt(outcome, 'pagerResolved'));
}

const latest = (...seconds: (number | undefined)[]): number | undefined => {
  const known = seconds.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};
