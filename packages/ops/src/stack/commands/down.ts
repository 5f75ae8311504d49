import { setTimeout as sleep } from 'node:timers/promises';
import { NotUp, supervisor } from '../control.ts';
import { processTable } from '../process-table.ts';
import { endLeftovers } from '../run-record.ts';
import type { Say } from './up.ts';

/** Ends everything that `make up` started, even after its supervisor was killed. */
export async function down(root: string, say: Say): Promise<void> {
  try {
    await endBySupervisor(say);
  } catch (error) {
    if (!(error instanceof NotUp)) throw error;
  }
  const ended = await endLeftovers(root);
  if (ended.length > 0) say(`Ended what was left running: ${ended.map(({ name }) => name).join(', ')}.`);
  say('The platform is down.');
}

async function endBySupervisor(say: Say): Promise<void> {
  const control = supervisor();
  const { parts, supervisorPid } = await control.status();
  say(`Ending ${parts.length} parts …`);
  const done = new AbortController();
  const reporting = reportProgress(say, done.signal);
  try {
    await control.down().catch((error: unknown) => {
      if (!(error instanceof NotUp)) throw error; // It has ended everything already, and is about to end.
    });
  } finally {
    done.abort();
    await reporting;
  }
  while ((await processTable()).has(supervisorPid)) await sleep(50);
}

async function reportProgress(say: Say, signal: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(5000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const { parts } = await supervisor().status();
    say(`  still ending ${parts.flatMap(({ part, pid }) => (pid === null ? [] : [part])).join(', ')} …`);
  }
}
