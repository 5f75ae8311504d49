import { setTimeout as sleep } from 'node:timers/promises';
import { type Drill, receiversOf, type Stage, stageNames } from './drill.ts';
import type { Observer } from './observe.ts';
import type { Traffic } from './traffic.ts';

const pollMs = 200;

/** When a stage was reached, or in words what there is instead. */
export type Look = () => Promise<Date | string>;
export type Phase = 'alarm' | 'all-clear';

/** What came of one stage. Without seconds it was not reached. */
export interface StageResult {
  readonly stage: Stage;
  readonly seconds?: number;
  readonly boundSeconds: number;
  /** Why it counts as failed. */
  readonly problem?: string;
}

const afterTheRepair: readonly Stage[] = ['cleared', 'resolved', 'pagerResolved'];
const isAfterTheRepair = (stage: Stage) => afterTheRepair.includes(stage);

/**
 * The stages of a drill that have a bound: those from the fault to the message, or those after the repair. The pager
 * hears no later than the room, where the drill says nothing else.
 */
export function boundsOf(
  drill: Drill,
  phase: Phase,
  { pager }: { pager: boolean },
): { stage: Stage; boundSeconds: number }[] {
  const { message, resolved, pager: paged = message, pagerResolved = resolved } = drill.within;
  const atThePager = pager && receiversOf(drill).includes('pager') ? { pager: paged, pagerResolved } : {};
  const within: Partial<Record<Stage, number | undefined>> = {
    ...drill.within,
    ...{ pager: undefined, pagerResolved: undefined },
    ...atThePager,
  };
  return (Object.keys(stageNames) as Stage[])
    .filter((stage) => isAfterTheRepair(stage) === (phase === 'all-clear'))
    .map((stage) => ({ stage, boundSeconds: within[stage] }))
    .filter((bound): bound is { stage: Stage; boundSeconds: number } => bound.boundSeconds !== undefined);
}

/**
 * Looks until the stage is reached. It waits for twice the bound, so that a stage that is late is told from one
 * that does not come, and with its figure.
 */
export async function awaitStage(
  stage: Stage,
  look: Look,
  timing: { since: Date; boundSeconds: number; signal: AbortSignal; onWait(seconds: number): void },
): Promise<StageResult> {
  const { since, boundSeconds, signal } = timing;
  const secondsUntil = (at: Date) => (at.getTime() - since.getTime()) / 1000;
  const bound = `${stageNames[stage]} (bound ${boundSeconds} s)`;
  for (;;) {
    signal.throwIfAborted();
    const seen = await look().catch((error: unknown) => String(error));
    if (seen instanceof Date) {
      const seconds = secondsUntil(seen);
      const late = `late: ${bound} after ${seconds.toFixed(1)} s`;
      const cause = isAfterTheRepair(stage) ? 'repair' : 'fault';
      const early = `too early: ${stageNames[stage]} ${(-seconds).toFixed(1)} s before the ${cause}`;
      const problem = seconds < 0 ? early : seconds > boundSeconds ? late : undefined;
      return { stage, seconds, boundSeconds, ...(problem !== undefined && { problem }) };
    }
    const waited = secondsUntil(new Date());
    if (waited > 2 * boundSeconds) {
      return { stage, boundSeconds, problem: `missing: ${bound} after ${waited.toFixed(0)} s; ${seen}` };
    }
    timing.onWait(waited);
    await sleep(pollMs, undefined, { signal }).catch(() => {}); // Ended early: thrown above.
  }
}

/**
 * What says just before the repair that the alarm is over already: an all-clear that comes by itself proves nothing. Of
 * each all-clear that is on the way of this alarm, its opposite must hold.
 */
export async function overAlready(
  look: Record<Stage, Look>,
  allClear: readonly { stage: Stage }[],
): Promise<string[]> {
  const over: string[] = [];
  for (const { stage } of allClear) {
    // One that is pending again is not gone, and does not ring.
    const seen = await look[stage === 'cleared' ? 'firing' : stage]().catch((error: unknown) =>
      String(error),
    );
    if (stage === 'cleared' && typeof seen === 'string') over.push(`before the repair ${seen}`);
    if (stage !== 'cleared' && seen instanceof Date) over.push(`before the repair: ${stageNames[stage]}`);
  }
  return over;
}

/**
 * How each stage is told. Where a station keeps the moment it is taken from there; else it is that of the look.
 * @param since the moment of the fault: incidents and pages from before are not ours.
 */
export function looks(observer: Observer, traffic: Traffic | undefined, since: Date): Record<Stage, Look> {
  const incident = async () => (await observer.inTheRoom()).find(({ receivedAt }) => receivedAt >= since);
  const page = async (wanted: 'firing' | 'resolved') =>
    (await observer.atThePager()).find(({ status, receivedAt }) => status === wanted && receivedAt >= since);
  return {
    firstBadResponse: async () => traffic?.firstBadAt() ?? `${traffic?.sent() ?? 0} requests and none failed`,
    pending: async () => (await observer.inPrometheus())?.activeAt ?? 'Prometheus has no such alert',
    firing: async () => {
      const alert = await observer.inPrometheus();
      return alert?.state === 'firing'
        ? new Date()
        : `in Prometheus the alert is ${alert?.state ?? 'gone again'}`;
    },
    alertmanager: async () => {
      const alert = await observer.inAlertmanager();
      if (!alert) return 'Alertmanager has no such alert';
      const { state, inhibitedBy, silencedBy } = alert.status;
      if (state !== 'suppressed') return new Date();
      return `Alertmanager suppresses the alert: inhibited by ${inhibitedBy}, silenced by ${silencedBy}`;
    },
    webhook: async () => (await incident())?.receivedAt ?? 'the room has no such incident',
    message: async () => (await incident())?.postedAt ?? 'the room has no such message',
    pager: async () => (await page('firing'))?.receivedAt ?? 'the pager has no such page',
    cleared: async () => ((await observer.inPrometheus()) ? 'Prometheus still has the alert' : new Date()),
    resolved: async () => {
      const found = await incident();
      return found?.status === 'resolved'
        ? new Date()
        : `in the room the incident is ${found?.status ?? 'gone'}`;
    },
    pagerResolved: async () => (await page('resolved'))?.receivedAt ?? 'the pager still has the page',
  };
}
