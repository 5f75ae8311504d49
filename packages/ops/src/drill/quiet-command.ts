import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from '@lukeed/ms';
import { endOnSignals } from './ending.ts';
import type { Ground } from './ground.ts';
import { listen } from './negative/listen.ts';
import { createScreen } from './progress.ts';
import { untilQuiet } from './quiet.ts';

/** Seconds of `90s` or `15m`. @throws Error in words for people. */
export function secondsOfSpan(span: string): number {
  const milliseconds = /^\d/.test(span) ? parse(span) : undefined;
  if (milliseconds === undefined || milliseconds < 1000 || milliseconds > 24 * 3_600_000) {
    throw new Error(`FOR must be a time from a second to a day, such as 90s or 15m, not "${span}"`);
  }
  return milliseconds / 1000;
}

/**
 * `make quiet`: sees that nothing rings but the Watchdog for so long.
 * @returns the exit code: 0 nothing has, 1 something has, 130 ended early.
 */
export async function runQuiet(where: Ground, seconds: number): Promise<number> {
  const screen = createScreen(process.stdout);
  await using ground = await where.open('shipped');
  using ending = endOnSignals(() => screen.say('Ending.'));
  const { signal } = ending;
  const { platform } = ground;
  await untilQuiet(platform, { signal, onWait: ([noise]) => screen.passing(`until ${noise} no longer`) });
  screen.say(`Listening for ${seconds} s.`);
  const listener = await listen(platform);
  const startedAt = Date.now();
  const listened = () => (Date.now() - startedAt) / 1000;
  while (listened() < seconds && !signal.aborted) {
    screen.passing(`${Math.round(listened())} of ${seconds} s`);
    await sleep(Math.min(1000, (seconds - listened()) * 1000), undefined, { signal }).catch(() => {});
  }
  const heardFor = listened().toFixed(0);
  const { problems, notes } = await listener.end();
  for (const note of notes) screen.say(`- ${note}, and no more`);
  for (const problem of problems) screen.say(`- ${problem}`);
  screen.say(`${problems.length} alerts but the Watchdog through ${heardFor} s.`);
  if (problems.length > 0) return 1;
  return signal.aborted ? 130 : 0;
}
