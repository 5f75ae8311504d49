import { loadDrill } from './catalogue.ts';
import { heal } from './heal.ts';
import { type PendingFile, pendingFile } from './pending.ts';
import { performDrill } from './perform.ts';
import type { Platform, Repairer } from './platform.ts';
import { createProgress, formatReport } from './progress.ts';
import type { HandsFor } from './repair.ts';
import { runningPlatform, runningPlatformHands, runningPlatformRepairer } from './running-platform.ts';

/** Where drills are performed. */
export interface Ground {
  pending: PendingFile;
  /** @throws when it is not fit for a drill. */
  open(): Promise<Platform & Partial<AsyncDisposable>>;
  repairer(): Promise<Repairer>;
  /** @throws where nobody has them. */
  hands(): Promise<HandsFor>;
}

/** The platform that `make up` has started. The current folder must be the root of the repository. */
export function laptop(root: string): Ground {
  return {
    pending: pendingFile(root),
    open: runningPlatform,
    repairer: runningPlatformRepairer,
    hands: () => runningPlatformHands(root),
  };
}

/**
 * `make drill`: proves one alarm on the running platform. SIGINT and SIGTERM end it, repaired.
 * @returns the exit code: 0 passed, 1 failed, 130 ended early.
 * @throws when there is no such drill, or the platform is not fit for one.
 */
export async function runDrill(options: {
  alert: string;
  service?: string | undefined;
  ground: Ground;
}): Promise<number> {
  const { ground } = options;
  const drill = await loadDrill(options.alert, options.service);
  const { pending } = ground;
  const progress = createProgress(process.stdout);
  await refuseCompany(pending);
  const healed = await healPending(ground);
  if (healed) progress.say(`First ${healed}.`);
  const platform = await ground.open();
  const hands = await ground.hands();

  const ending = new AbortController();
  const end = () => {
    progress.say('Ending; repairing first.');
    ending.abort();
  };
  const deps = { platform, hands, loadDrill, pending, progress, signal: ending.signal };
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    const report = await performDrill(deps, drill, options.service);
    progress.say(formatReport(drill, report));
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    if (error !== ending.signal.reason) throw error;
    return 130;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await platform[Symbol.asyncDispose]?.();
  }
}

/**
 * `make heal`, and the beginning of `make up`: repairs what a killed drill left broken.
 * @returns in words what was repaired; undefined when nothing was left.
 * @throws when the repair fails; it is then still pending.
 */
export function healPending(ground: Ground): Promise<string | undefined> {
  return heal(ground.pending, async () => ({
    repairer: await ground.repairer(),
    hands: await ground.hands(),
    loadDrill,
  }));
}

/** Two drills at once would see each other's alarms. */
async function refuseCompany(pending: PendingFile): Promise<void> {
  const other = await pending.read();
  if (other && isRunning(other.pid)) {
    throw new Error(`A drill of ${other.alert} is running (pid ${other.pid}). If it is not, \`make heal\`.`);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
