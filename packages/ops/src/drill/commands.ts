import { loadDrill } from './catalogue.ts';
import { endOnSignals } from './ending.ts';
import type { Ground } from './ground.ts';
import { heal } from './heal.ts';
import { type PendingFile, session } from './pending.ts';
import { planOf, type Wanted } from './plan.ts';
import { createScreen } from './progress.ts';
import { recordMeasured } from './report/measured.ts';
import type { Session } from './report/outcome.ts';
import { writeReports } from './report/write.ts';
import { runPlan } from './run-plan.ts';

export interface DrillOptions extends Wanted {
  readonly root: string;
  /** As reports call it. */
  readonly target: string;
  readonly ground: Ground;
  readonly runbook: boolean;
}

/**
 * `make drill`: proves alarms on the running platform. SIGINT and SIGTERM end it, repaired.
 * @returns the exit code: 0 all passed, 1 one has failed or was asked for by name and skipped, 130 ended early.
 * @throws when there is no such drill, what is asked for contradicts itself, or the platform is not fit for one.
 */
export async function runDrills(options: DrillOptions): Promise<number> {
  const { root, ground } = options;
  const plan = await planOf(options, { onLaptop: options.target === 'laptop' });
  await refuseCompany(ground.pending);
  const screen = createScreen(process.stdout);
  const healed = await healPending(ground);
  if (healed) screen.say(`First ${healed}.`);

  using ending = endOnSignals(screen.say);
  const session = {
    target: options.target,
    startedAt: new Date(),
    outcomes: await runPlan(plan, { ...options, screen, signal: ending.signal }),
  };
  screen.say(
    ['', ...skippedOf(session), `${verdictOf(session)}  ${await writeReports(root, session)}`].join('\n'),
  );
  if (options.record) {
    await recordMeasured(root, session.outcomes);
    screen.say('alerts/drills/measured.json has the figures; `npm run alerts` puts them into the table.');
  }
  if (ending.signal.aborted) return 130;
  return exitCodeOf(session, options);
}

/** Of many, those that cannot be performed here are left out; whoever asks for one alone gets it, or learns that not. */
export function exitCodeOf(
  { outcomes }: Pick<Session, 'outcomes'>,
  { alert }: Pick<Wanted, 'alert'>,
): number {
  const bad = outcomes.some(
    ({ verdict }) => verdict === 'failed' || (verdict === 'skipped' && alert !== undefined),
  );
  return bad ? 1 : 0;
}

/** What was not proved, why, and how it can be. */
export function skippedOf({ outcomes }: Pick<Session, 'outcomes'>): string[] {
  const skipped = outcomes.filter(({ verdict }) => verdict === 'skipped');
  const lines = skipped.map(({ name, problems }) => `  ${name}: ${problems.join('; ')}`);
  return lines.length === 0 ? [] : ['Not proved:', ...new Set(lines)];
}

function verdictOf({ outcomes }: Session): string {
  const count = (verdict: string) => outcomes.filter((each) => each.verdict === verdict).length;
  const skipped = count('skipped') ? `, ${count('skipped')} skipped` : '';
  return `${count('passed')} passed, ${count('failed')} failed${skipped}.`;
}

/**
 * `make heal`: repairs what a killed drill left broken.
 * @returns in words what was repaired; undefined when nothing was left.
 * @throws when the repair fails; it is then still pending.
 */
export function healPending(ground: Ground): Promise<string | undefined> {
  return heal(ground.pending, async () => ({ ...(await ground.repairDeps()), loadDrill }));
}

/** `make up`: what a drill broke that runs no more. */
export async function healLeftovers(ground: Ground): Promise<string | undefined> {
  const left = await ground.pending.read();
  return left && !isRunning(left.pid) ? healPending(ground) : undefined;
}

/** Two drills at once would see each other's alarms. */
async function refuseCompany(pending: PendingFile): Promise<void> {
  const other = await pending.read();
  if (other && isRunning(other.pid)) {
    const what = other.alert === session ? 'A session of drills' : `A drill of ${other.alert}`;
    throw new Error(`${what} is running (pid ${other.pid}). If it is not, \`make heal\`.`);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
