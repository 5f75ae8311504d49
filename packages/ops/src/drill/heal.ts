import { type PendingFile, session } from './pending.ts';
import { type RepairDeps, repairAll } from './repair.ts';

/**
 * Repairs what a killed drill left broken.
 * @param deps asked for only when something was.
 * @returns in words what was repaired; undefined when nothing was left.
 * @throws when the repair fails; it is then still pending.
 */
export async function heal(
  pending: PendingFile,
  deps: () => Promise<RepairDeps>,
): Promise<string | undefined> {
  const left = await pending.read();
  if (!left) return undefined;
  const done = await repairAll(left.repairs, await deps());
  await pending.remove();
  const who = left.alert === session ? session : `a drill of ${left.alert}`;
  return `${done}, which ${who} had left`;
}
