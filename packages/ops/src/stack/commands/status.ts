import { supervisor } from '../control.ts';
import { statusTable } from '../table.ts';
import type { Say } from './up.ts';

/** Shows how each part is: a table for people, JSON for scripts. */
export async function status({ json }: { json: boolean }, say: Say): Promise<void> {
  const { parts } = await supervisor().status();
  say(json ? JSON.stringify(parts, null, 2) : statusTable(parts));
  const troubled = parts.filter(({ problem }) => problem !== null);
  if (!json) for (const { part, problem } of troubled) say(`${part}: ${problem}`);
}
