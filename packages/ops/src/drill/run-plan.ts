import { drillsOf, loadDrill } from './catalogue.ts';
import { type Drill, receiversOf } from './drill.ts';
import type { Ground, OpenGround } from './ground.ts';
import { keepsDown } from './heard.ts';
import type { NegativeDrill } from './negative/negative-drill.ts';
import { performNegative } from './negative/perform-negative.ts';
import { untilForgotten } from './negative/until-forgotten.ts';
import { session } from './pending.ts';
import { performDrill } from './perform.ts';
import type { Plan } from './plan.ts';
import type { Platform } from './platform.ts';
import { inProfile, type ProfileName, profileInWords } from './profile/profile.ts';
import { createProgress, createTable, formatReport, type Progress, type Screen } from './progress.ts';
import { untilQuiet } from './quiet.ts';
import { type Outcome, outcomeOf } from './report/outcome.ts';
import { followRunbook } from './runbook.ts';

interface Run {
  readonly root: string;
  readonly ground: Ground;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  readonly runbook: boolean;
}

/**
 * Performs a plan. One that fails keeps none of the others from being performed.
 * @returns what came of those that were performed before the signal.
 * @throws when the ground cannot be opened, or a repair fails.
 */
export async function runPlan(plan: Plan, run: Run): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const names = [...plan.negatives.map(({ name }) => name), ...plan.drills.map(({ alert }) => alert)];
  const table = createTable(run.screen, names);
  const many = names.length > 1;
  const record = (outcome: Outcome | undefined) => {
    if (!outcome) return;
    outcomes.push(outcome);
    // Of one alone its stages have been told.
    if (many || outcome.stages.length === 0) table.row(outcome);
  };
  const passing = (name: string, text: string) =>
    many ? table.waiting(name, outcomes.length, text) : run.screen.passing(`          … ${text}`);

  if (plan.negatives.length > 0) {
    await using ground = await run.ground.open('shipped');
    run.screen.say(`With ${profileInWords.shipped}, what must stay silent:`);
    for (const drill of plan.negatives) {
      if (run.signal.aborted) break;
      if (!many) run.screen.say(`${drill.does} …`);
      record(await oneNegative(drill, { run, ground, passing }));
    }
  }
  if (plan.drills.length > 0 && !run.signal.aborted) {
    await using ground = await run.ground.open(plan.profile);
    run.screen.say(`With ${profileInWords[plan.profile]}.`);
    if (many) table.head();
    for (const drill of plan.drills) {
      if (run.signal.aborted) break;
      const progress = many ? table.progressOf(drill.alert, outcomes.length) : createProgress(run.screen);
      record(await one(drill, plan.profile, { run, ground, progress, passing }));
    }
  }
  return outcomes;
}

interface On {
  readonly run: Run;
  readonly ground: OpenGround;
  readonly passing: (name: string, text: string) => void;
}

async function one(
  drill: Drill,
  profile: ProfileName,
  { run, ground, progress, passing }: On & { progress: Progress },
): Promise<Outcome | undefined> {
  const { signal } = run;
  const { platform, hands, pending, runbookTarget: target } = ground;
  const obstacle = ground.obstacle(drill) ?? pagedElsewhere(drill, platform);
  const base = { name: drill.alert, group: drill.group, profile, stages: [], notes: [] };
  if (obstacle) return { ...base, verdict: 'skipped', seconds: 0, problems: [obstacle] };
  const startedAt = Date.now();
  const seconds = () => (Date.now() - startedAt) / 1000;
  const scaled = inProfile(drill, profile);
  try {
    passing(drill.alert, 'getting ready');
    await ground.prepare(drill);
    const onWait = (noises: readonly string[]) => passing(drill.alert, `until ${noises[0]} no longer`);
    await untilQuiet(platform, {
      signal,
      profile,
      mayRing: await leftRinging(drill),
      own: drill.raises.alertname,
      onWait,
    });
    const followed =
      run.runbook && target !== undefined
        ? (alert: string) => followRunbook(run.root, alert, { signal, target })
        : undefined;
    const deps = { platform, hands, loadDrill, pending, progress, signal, followRunbook: followed };
    const report = await performDrill(deps, scaled);
    progress.say(formatReport(scaled, report));
    return outcomeOf(drill, profile, report, seconds());
  } catch (error) {
    if (signal.aborted) return undefined;
    // What could not be repaired is pending: nothing may be broken on top of it.
    if (await pendingRepair(ground)) throw error;
    return { ...base, verdict: 'failed', seconds: seconds(), problems: [messageOf(error)] };
  }
}

async function oneNegative(drill: NegativeDrill, { run, ground, passing }: On): Promise<Outcome | undefined> {
  const { signal } = run;
  const { platform, hands, pending, restarter } = ground;
  const base = { name: drill.name, group: 'negative' as const, profile: 'shipped' as const, stages: [] };
  if (!restarter) {
    const why = 'negative drills are performed on the laptop only';
    return { ...base, verdict: 'skipped', seconds: 0, problems: [why], notes: [] };
  }
  const startedAt = Date.now();
  const seconds = () => (Date.now() - startedAt) / 1000;
  try {
    const onNoise = (noises: readonly string[]) => passing(drill.name, `until ${noises[0]} no longer`);
    await untilQuiet(platform, { signal, mayRing: await leftRinging(drill), onWait: onNoise });
    if (drill.restarts) {
      const { prometheusUrl } = platform;
      const onRestarts = (earlier: number) =>
        passing(drill.name, `until earlier restarts (${earlier}) are ten minutes ago`);
      await untilForgotten(drill.restarts, { prometheusUrl, signal, onWait: onRestarts });
    }
    const progress: Progress = { say() {}, waiting() {}, reached() {} };
    const onWait = (waited: number) => passing(drill.name, `silent for ${waited} of ${drill.watchSeconds} s`);
    const deps = { platform, hands, loadDrill, pending, progress, signal, restarter, onWait };
    const { problems, notes } = await performNegative(deps, drill);
    return {
      ...base,
      verdict: problems.length === 0 ? 'passed' : 'failed',
      seconds: seconds(),
      problems,
      notes,
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (await pendingRepair(ground)) throw error;
    return { ...base, verdict: 'failed', seconds: seconds(), problems: [messageOf(error)], notes: [] };
  }
}

/**
 * What an earlier drill leaves ringing, and what says nothing of this one: an error budget that it has burnt, for up to
 * hours, and the errors that its fault made a service report, for ten minutes.
 */
export async function leftRinging(drill: Drill | NegativeDrill): Promise<string[]> {
  const budgets = (await drillsOf('slo')).map(({ raises }) => raises.alertname);
  const reported = 'CrashReported';
  if ('does' in drill) return drill.mayRing?.includes(reported) ? [...budgets, reported] : budgets;
  const left = drill.silent?.includes(reported) ? budgets : [...budgets, reported];
  return left.filter((alert) => alert !== drill.raises.alertname);
}

/** Why a drill that breaks or reads our own pager proves nothing where nobody is paged by it. */
function pagedElsewhere(drill: Drill, { pagerUrl }: Platform): string | undefined {
  if (pagerUrl || (!keepsDown(drill, 'pager') && receiversOf(drill).includes('chatops'))) return undefined;
  return 'it needs our own pager, and critical alerts ring PagerDuty or Opsgenie';
}

async function pendingRepair({ pending }: OpenGround): Promise<boolean> {
  const left = await pending.read();
  return left !== undefined && left.alert !== session;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
