import { chartMissing } from './drawn.ts';
import { type Drill, receiversOf } from './drill.ts';
import { type Heard, heardSince, type Period, wronglyHeard } from './heard.ts';
import { createObserver, createWatch, type Observer } from './observe.ts';
import type { PendingFile } from './pending.ts';
import type { Platform } from './platform.ts';
import type { Progress } from './progress.ts';
import { breakAll, type HandsFor, type LoadDrill, repairAll, repairsOf } from './repair.ts';
import {
  awaitStage,
  boundsOf,
  type Look,
  looks,
  overAlready,
  type Phase,
  type StageResult,
} from './stages.ts';
import { startTraffic, type Traffic, urlToAsk } from './traffic.ts';

/** What came of a drill: it has passed when there are no problems. */
export interface DrillReport {
  readonly stages: readonly StageResult[];
  readonly problems: readonly string[];
  /** Other alerts of which people heard meanwhile. */
  readonly alsoHeard: readonly Heard[];
}

export interface DrillDeps {
  readonly platform: Platform;
  readonly hands: HandsFor;
  readonly loadDrill: LoadDrill;
  readonly pending: PendingFile;
  readonly progress: Progress;
  /** Ends the drill early; what it broke is repaired first. */
  readonly signal: AbortSignal;
  /** Follows the alert's runbook while it rings; says what does not work there. */
  readonly followRunbook?: ((alert: string) => Promise<readonly string[]>) | undefined;
}

/**
 * Breaks something, watches the alarm on its way, sees that it still rings, repairs, and watches the all-clear.
 * @throws when the alert rings already, and then nothing was broken; when the signal ends it; when the repair
 * fails, which is then still pending.
 */
export async function performDrill(deps: DrillDeps, drill: Drill): Promise<DrillReport> {
  const { platform, pending, progress, signal } = deps;
  const watch = createWatch(platform);
  const observer = createObserver(watch, drill.raises);
  await refuseWhatRings(observer, drill);
  const repairs = repairsOf(drill);
  const traffic = await trafficOf(drill, platform);
  const stages: StageResult[] = [];
  const problems: string[] = [];

  const boundsIn = (phase: Phase) => boundsOf(drill, phase, { pager: !!platform.pagerUrl });
  const follow = async (phase: Phase, since: Date) => {
    for (const { stage, boundSeconds } of boundsIn(phase)) {
      const onWait = (seconds: number) => progress.waiting(stage, seconds);
      const result = await awaitStage(stage, look[stage], { since, boundSeconds, signal, onWait });
      stages.push(result);
      progress.reached(result);
      if (result.problem) problems.push(result.problem);
      if (result.seconds === undefined) return false;
    }
    return true;
  };

  await pending.write({ alert: drill.alert, pid: process.pid, repairs });
  const brokenAt = new Date();
  let repairedAt = brokenAt;
  let ringing = false;
  /** From when everybody has heard of the alert until Prometheus was last seen to have it. */
  let hiding: Period | undefined;
  const seen = looks(observer, traffic, brokenAt);
  const cleared: Look = async () => {
    const askedAt = new Date();
    const answer = await seen.cleared();
    if (hiding && typeof answer === 'string') hiding = { ...hiding, until: askedAt };
    return answer;
  };
  const look = { ...seen, cleared };
  let stopBreaking = () => {};
  try {
    try {
      stopBreaking = await breakAll(drill, platform, deps.hands);
      ringing = await follow('alarm', brokenAt);
      if (ringing) {
        const toldAt = new Date();
        problems.push(...(await wordsMissing(drill, observer, brokenAt)));
        problems.push(...(await chartMissing(drill, observer, platform.chatopsUrl, brokenAt)));
        problems.push(...((await deps.followRunbook?.(drill.variantOf ?? drill.alert)) ?? []));
        const over = await overAlready(look, boundsIn('all-clear'));
        problems.push(...over);
        ringing = over.length === 0;
        if (ringing) hiding = { from: toldAt, until: new Date() };
      }
    } finally {
      repairedAt = new Date();
      stopBreaking();
      const done = await repairAll(repairs, {
        repairer: platform,
        hands: deps.hands,
        loadDrill: deps.loadDrill,
      });
      await pending.remove();
      progress.say(done);
    }
    // Where nothing rings there is no all-clear to wait for.
    if (ringing) await follow('all-clear', repairedAt);
  } finally {
    await traffic?.stop();
  }
  const heard = await heardSince(watch, brokenAt);
  problems.push(...wronglyHeard(drill, heard, hiding));
  return { stages, problems, alsoHeard: heard.filter(({ alert }) => alert !== drill.raises.alertname) };
}

async function refuseWhatRings(observer: Observer, { raises }: Drill): Promise<void> {
  const [alert, incidents] = await Promise.all([observer.inPrometheus(), observer.inTheRoom()]);
  const open = incidents.some(({ status }) => status !== 'resolved');
  if (!alert && !open) return;
  const where = alert ? `${alert.state} already` : 'still open in the room';
  throw new Error(`${raises.alertname} is ${where}: until its all-clear a drill would prove nothing`);
}

async function trafficOf(drill: Drill, platform: Platform): Promise<Traffic | undefined> {
  if (!drill.requests) return undefined;
  const { service, perSecond } = drill.requests;
  const longestSeconds = 2 * Object.values(drill.within).reduce((sum, bound) => sum + bound, 0);
  const url = await urlToAsk(await platform.httpUrl(service));
  return startTraffic({ url, perSecond, limit: perSecond * longestSeconds });
}

/** Looked for in the message of the room or, where the room is not to hear of it, in the page. */
async function wordsMissing(drill: Drill, observer: Observer, since: Date): Promise<string[]> {
  const text = receiversOf(drill).includes('chatops')
    ? (await observer.inTheRoom()).find(({ receivedAt }) => receivedAt >= since)?.text
    : (await observer.atThePager())
        .filter(({ receivedAt }) => receivedAt >= since)
        .map(({ alert, service, summary, description }) =>
          [alert, service, summary, description].join('\n'),
        )[0];
  const missing = drill.says.filter((words) => !text?.includes(words));
  return missing.map((words) => `"${words}" is not in the message: ${text ?? 'there is none'}`);
}
