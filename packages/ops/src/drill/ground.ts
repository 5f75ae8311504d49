import type { Drill } from './drill.ts';
import type { Restarter } from './negative/perform-negative.ts';
import type { PendingFile } from './pending.ts';
import type { Platform } from './platform.ts';
import type { ProfileName } from './profile/profile.ts';
import type { HandsFor, RepairDeps } from './repair.ts';

/** Where drills are performed. */
export interface Ground {
  readonly pending: PendingFile;
  /** @throws when it is not fit for drills, or not for that profile. */
  open(profile: ProfileName): Promise<OpenGround>;
  /** For what a killed drill has left. */
  repairDeps(): Promise<Omit<RepairDeps, 'loadDrill'>>;
}

/** A ground while drills are performed on it. */
export interface OpenGround extends AsyncDisposable {
  readonly platform: Platform;
  readonly hands: HandsFor;
  /** Knows, besides what is broken, how the ground itself is given back. */
  readonly pending: PendingFile;
  /** Where negative drills can be performed. */
  readonly restarter?: Restarter;
  /** What the commands of runbooks are given here, '' on the laptop; undefined where their ports are not those here. */
  readonly runbookTarget: string | undefined;
  /** Why it cannot be performed here; undefined when it can. */
  obstacle(drill: Drill): string | undefined;
  /** Makes everything ready for a drill. */
  prepare(drill: Drill): Promise<void>;
}
