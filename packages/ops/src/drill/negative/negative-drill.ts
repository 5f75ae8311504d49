import type { Hands } from '../hands.ts';
import type { Repair } from '../pending.ts';

/** Something that happens on every platform, and that must wake nobody. Performed with the rules as shipped. */
export interface NegativeDrill {
  /** Also that of its file. */
  readonly name: string;
  /** What is done, in words: `one request fails`. */
  readonly does: string;
  /** What undoes it, should it be ended in the middle; done at its end, too. What it restarts is repaired without. */
  readonly repairs?: readonly Repair[];
  act(scene: Scene): Promise<void>;
  /** How often it begins one service anew: it waits until that is no crash loop together with those before. */
  readonly restarts?: number;
  /** For how long it is watched after that. */
  readonly watchSeconds: number;
  /** Alerts that may ring, each once; without it none may but the Watchdog. */
  readonly mayRing?: readonly string[];
}

/** What a negative drill works with. */
export interface Scene {
  readonly hands: Hands;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Names of our own services. */
  readonly services: readonly string[];
  /** Ends a part as a deployment does and starts it again, with other settings until it is restarted without; returns when it is ready. */
  restart(part: string, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** One GET request to a service. @returns the status of its answer. */
  ask(service: string): Promise<number>;
  /** Steady ones, until the drill ends. */
  keepAsking(service: string, perSecond: number): Promise<void>;
  /** Returns when the alert stands in the room. @throws when it does not within two minutes. */
  untilInTheRoom(alert: string): Promise<void>;
}
