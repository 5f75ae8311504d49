import { loadDrill } from './catalogue.ts';
import { heal } from './heal.ts';
import { type PendingFile, pendingFile } from './pending.ts';
import { performDrill } from './perform.ts';
import { createProgress, formatReport } from './progress.ts';
import { releasePart, runningPlatform } from './running-platform.ts';

/**
 * `make drill`: proves one alarm on the running platform. SIGINT and SIGTERM end it, repaired.
 * @param options.root of the repository, which must be the current folder.
 * @returns the exit code: 0 passed, 1 failed, 130 ended early.
 * @throws when there is no such drill, or the platform is not fit for one.
 */
export async function runDrill(options: {
  alert: string;
  service?: string | undefined;
  root: string;
}): Promise<number> {
  const drill = await loadDrill(options.alert, options.service);
  const pending = pendingFile(options.root);
  const progress = createProgress(process.stdout);
  await refuseCompany(pending);
  const healed = await heal(pending, releasePart);
  if (healed) progress.say(`First ${healed}.`);
  const platform = await runningPlatform();

  const ending = new AbortController();
  const end = () => {
    progress.say('Ending; repairing first.');
    ending.abort();
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    const report = await performDrill({ platform, pending, progress, signal: ending.signal }, drill);
    progress.say(formatReport(drill, report));
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    if (error !== ending.signal.reason) throw error;
    return 130;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

/**
 * `make heal`, and the beginning of `make up`: repairs what a killed drill left broken.
 * @returns in words what was repaired; undefined when nothing was left.
 * @throws when the repair fails; it is then still pending.
 */
export function healPending({ root }: { root: string }): Promise<string | undefined> {
  return heal(pendingFile(root), releasePart);
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
