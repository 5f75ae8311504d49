import { type Breakage, breakagesOf, type Drill } from './drill.ts';
import { type Hands, makeState, removeState } from './hands.ts';
import type { Repair } from './pending.ts';
import type { Platform, Repairer } from './platform.ts';

/** Breaks with it what only the inside of the platform can break. @throws where there are no hands. */
export type HandsFor = (alert: string) => Hands;

/** Loads the drill of an alert: its `acts` are code, and code is not written to disk. */
export type LoadDrill = (alert: string) => Promise<Pick<Drill, 'breaks'>>;

/** What will undo it, known before it is done. */
export function repairsOf(drill: Pick<Drill, 'breaks' | 'alert'>): Repair[] {
  const repairs = breakagesOf(drill).map((breakage) => repairOf(breakage, drill.alert));
  // One load repairs all acts of a drill.
  const acts = repairs.findIndex(({ kind }) => kind === 'drill');
  return repairs.filter(({ kind }, index) => kind !== 'drill' || index === acts);
}

function repairOf(breakage: Breakage, alert: string): Repair {
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
      return { kind: 'drill', alert };
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

/**
 * Repairs all, the last first; repairing what is whole changes nothing.
 * @returns what it has done, in words, the first that was broken first.
 * @throws when something may still be broken.
 */
export async function repairAll(repairs: readonly Repair[], deps: RepairDeps): Promise<string> {
  const failures: unknown[] = [];
  const done: string[] = [];
  for (const repair of repairs.toReversed()) {
    await repairIt(repair, deps).then(
      (words) => done.unshift(words),
      (error: unknown) => failures.push(error),
    );
  }
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '));
  if (failures.length > 0) throw failures[0];
  return done.join(', ');
}

async function repairIt(repair: Repair, deps: RepairDeps): Promise<string> {
  const { repairer, hands, loadDrill, endProfile } = deps;
  const broken = 'service' in repair ? repair.service : 'part' in repair ? repair.part : undefined;
  // What there is not could not be broken either, though it was on disk before that was known.
  if (broken !== undefined && !(await repairer.has(broken))) return `there is no ${broken} to repair`;
  switch (repair.kind) {
    case 'clear-faults':
      await repairer.clearFaults(repair.service);
      return `faults of ${repair.service} cleared`;
    case 'release':
      await repairer.release(repair.part);
      return `${repair.part} released`;
    case 'restart':
      await repairer.restart(repair.part);
      return `${repair.part} restarted`;
    case 'thaw':
      await repairer.thaw(repair.part);
      return `${repair.part} thawed`;
    case 'end-profile':
      await endProfile?.();
      return 'Prometheus and Alertmanager of the drill profile ended';
    case 'drill': {
      const drill = await loadDrill(repair.alert);
      const own = hands(repair.alert);
      for (const breakage of breakagesOf(drill).toReversed()) {
        if (breakage.kind === 'acts') await breakage.repair(own);
      }
      await removeState(own);
      return `what the drill of ${repair.alert} did undone`;
    }
  }
}
