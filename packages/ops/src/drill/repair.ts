import type { Breakage } from './drill.ts';
import type { Repair } from './pending.ts';
import type { Platform, Repairer } from './platform.ts';

/** What will undo it, known before it is done. */
export function repairOf(breakage: Breakage): Repair {
  return breakage.kind === 'hold'
    ? { kind: 'release', part: breakage.part }
    : { kind: 'clear-faults', service: breakage.service };
}

/** Breaks it. @throws when it is not broken afterwards, or nobody knows. */
export function breakIt(breakage: Breakage, platform: Platform): Promise<void> {
  return breakage.kind === 'hold'
    ? platform.hold(breakage.part)
    : platform.setFaults(breakage.service, breakage.faults);
}

/** Repairs it; repairing what is whole changes nothing. @throws when it may still be broken. */
export function repairIt(repair: Repair, repairer: Repairer): Promise<void> {
  return repair.kind === 'release' ? repairer.release(repair.part) : repairer.clearFaults(repair.service);
}

/** What the repair has done, in words. */
export function describeRepair(repair: Repair): string {
  return repair.kind === 'release' ? `${repair.part} released` : `faults of ${repair.service} cleared`;
}
