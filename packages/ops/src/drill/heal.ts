import type { PendingFile } from './pending.ts';
import { describeRepair, repairIt } from './repair.ts';

/**
 * Repairs what a killed drill left broken.
 * @returns in words what was repaired; undefined when nothing was left.
 * @throws when the repair fails; it is then still pending.
 */
export async function heal(
  pending: PendingFile,
  release: (part: string) => Promise<void>,
): Promise<string | undefined> {
  const left = await pending.read();
  if (!left) return undefined;
  await repairIt(left.repair, release);
  await pending.remove();
  return `${describeRepair(left.repair)}, which a drill of ${left.alert} had left`;
}
