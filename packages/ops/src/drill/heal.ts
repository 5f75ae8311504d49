import type { PendingFile } from './pending.ts';
import type { Repairer } from './platform.ts';
import { describeRepair, repairIt } from './repair.ts';

/**
 * Repairs what a killed drill left broken.
 * @param repairer asked for only when something was.
 * @returns in words what was repaired; undefined when nothing was left.
 * @throws when the repair fails; it is then still pending.
 */
export async function heal(
  pending: PendingFile,
  repairer: () => Promise<Repairer>,
): Promise<string | undefined> {
  const left = await pending.read();
  if (!left) return undefined;
  await repairIt(left.repair, await repairer());
  await pending.remove();
  return `${describeRepair(left.repair)}, which a drill of ${left.alert} had left`;
}
