import { type Breakage, breakagesOf, type Drill } from './drill.ts';
import { type Hands, makeState, removeState } from './hands.ts';
import type { Repair } from './pending.ts';
import type { Platform, Repairer } from './platform.ts';

/** Breaks with it what only the inside of the platform can break. @throws where there are no hands. */
export type HandsFor = (alert: string) => Hands;

/** Loads the drill of an alert: its `acts` are code, and code is not written to disk. */
export type LoadDrill = (alert: string, service: string | undefined) => Promise<Pick<Drill, 'breaks'>>;

/** What will undo it, known before it is done. */
export function repairsOf(drill: Pick<Drill, 'breaks' | 'alert'>, service: string | undefined): Repair[] {
  const repairs = breakagesOf(drill).map((breakage) => repairOf(breakage, drill.alert, service));
  // One load repairs all acts of a drill.
  const acts = repairs.findIndex(({ kind }) => kind === 'drill');
  return repairs.filter(({ kind }, index) => kind !== 'drill' || index === acts);
}

function repairOf(breakage: Breakage, alert: string, service: string | undefined): Repair {
  switch (breakage.kind) {
    case 'faults':
      return { kind: 'clear-faults', service: breakage.service };
    case 'freeze':
      return { kind: 'thaw', part: breakage.part };
    case 'hold':
    case 'kill':
    case 'restart':
      return { kind: 'release', part: breakage.part };
    case 'acts':
      return { kind: 'drill', alert, ...(service !== undefined && { service }) };
  }
}

/** Breaks all that the drill breaks. @returns ends what goes on by itself; to be called before the repair. */
export async function breakAll(drill: Drill, platform: Platform, hands: HandsFor): Promise<() => void> {
  const killers: NodeJS.Timeout[] = [];
  const stop = () => killers.forEach(clearInterval);
  try {
    for (const breakage of breakagesOf(drill)) {
      const killer = await breakIt(breakage, platform, () => hands(drill.alert));
      if (killer) killers.push(killer);
    }
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}

/** @throws when it is not broken afterwards, or nobody knows. */
async function breakIt(
  breakage: Breakage,
  platform: Platform,
  hands: () => Hands,
): Promise<NodeJS.Timeout | undefined> {
  switch (breakage.kind) {
    case 'faults':
      await platform.setFaults(breakage.service, breakage.faults);
      return;
    case 'hold':
      await platform.hold(breakage.part);
      return;
    case 'freeze':
      await platform.freeze(breakage.part);
      return;
    case 'kill': {
      const { part, everySeconds } = breakage;
      await platform.kill(part);
      if (everySeconds === undefined) return;
      // One that finds nothing to kill, or nobody to ask, is made up for by the next.
      return setInterval(() => void platform.kill(part).catch(() => {}), everySeconds * 1000);
    }
    case 'restart':
      await platform.restart(breakage.part);
      return;
    case 'acts':
      await makeState(hands());
      await breakage.break(hands());
      return;
  }
}

export interface RepairDeps {
  readonly repairer: Repairer;
  readonly hands: HandsFor;
  readonly loadDrill: LoadDrill;
  /** Where there is no drill profile, nothing of it can be left. */
  readonly endProfile?: () => Promise<void>;
}

/** Repairs all, the last first; repairing what is whole changes nothing. @throws when something may still be broken. */
export async function repairAll(repairs: readonly Repair[], deps: RepairDeps): Promise<void> {
  const failures: unknown[] = [];
  for (const repair of repairs.toReversed()) {
    await repairIt(repair, deps).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '));
  if (failures.length > 0) throw failures[0];
}

async function repairIt(repair: Repair, deps: RepairDeps): Promise<void> {
  const { repairer, hands, loadDrill, endProfile } = deps;
  switch (repair.kind) {
    case 'clear-faults':
      return repairer.clearFaults(repair.service);
    case 'release':
      return repairer.release(repair.part);
    case 'thaw':
      return repairer.thaw(repair.part);
    case 'end-profile':
      return endProfile?.();
    case 'drill': {
      const drill = await loadDrill(repair.alert, repair.service);
      const own = hands(repair.alert);
      for (const breakage of breakagesOf(drill).toReversed()) {
        if (breakage.kind === 'acts') await breakage.repair(own);
      }
      await removeState(own);
    }
  }
}

/** What the repair has done, in words. */
export function describeRepairs(repairs: readonly Repair[]): string {
  return repairs.map(describe).join(', ');
}

function describe(repair: Repair): string {
  switch (repair.kind) {
    case 'clear-faults':
      return `faults of ${repair.service} cleared`;
    case 'release':
      return `${repair.part} released`;
    case 'thaw':
      return `${repair.part} thawed`;
    case 'end-profile':
      return 'Prometheus and Alertmanager of the drill profile ended';
    case 'drill':
      return `what the drill of ${repair.alert} did undone`;
  }
}
