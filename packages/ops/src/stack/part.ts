/** A question put to a part over the network; the answer is yes or no. */
export type Check = { http: string } | { tcp: number } | { postgres: number };

/**
 * One thing that the stack runs: a process that stays, or a job that ends well.
 * Declared in `deploy/local/parts.ts`, run by the supervisor and by tests.
 */
export interface Part {
  name: string;
  kind: 'process' | 'job';
  /** Gets what it needs and this machine does not have yet, telling what takes long. */
  fetch?: (report: (line: string) => void) => Promise<void>;
  command: () => string[] | Promise<string[]>;
  env?: Record<string, string>;
  /** The port numbers that it listens on. */
  ports: readonly number[];
  /** Where a person finds it. */
  url?: string;
  /** What others must know to reach it, as environment variables. */
  provides?: Record<string, string>;
  /** Asked while it starts; without one it is ready once it runs. A job is done when it exits 0. */
  ready?: Check;
  /** Asked for as long as it is ready; three failures in a row restart it. */
  live?: Check;
  /** Parts that must be ready, or done, before its first start. */
  after?: readonly string[];
  /** Done before every start: what the program wants to find on disk. Must be safe to repeat. */
  prepare?: () => Promise<void>;
  /** The operating system's user to run as, when we are root and the program refuses to be. */
  user?: string;
  stopSignal?: 'SIGTERM' | 'SIGINT';
  startTimeoutMs?: number;
  stopTimeoutMs?: number;
}

export type PartState = 'waiting' | 'starting' | 'ready' | 'done' | 'restarting' | 'held' | 'stopped';

/** How a part is, for people and for scripts. */
export interface PartStatus {
  part: string;
  kind: Part['kind'];
  state: PartState;
  url: string | null;
  pid: number | null;
  restarts: number;
  /** From its last start until it was ready; null while it is not. */
  startSeconds: number | null;
  /** Why it is not ready, in words; null when all is well. */
  problem: string | null;
}
