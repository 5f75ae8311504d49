import { setTimeout as sleep } from 'node:timers/promises';
import { passes } from './check.ts';
import { type Child, startChild } from './child.ts';
import type { Part, PartState, PartStatus } from './part.ts';
import { familyOf, processTable } from './process-table.ts';

/** One part's life: started, watched, restarted, held, stopped. */
export interface Runner {
  part: Part;
  /** Settles when it has been ready, or done, for the first time. */
  wellOnce: Promise<void>;
  start(): void;
  status(): PartStatus;
  /** Ends it and keeps it down until it is released. @throws Error when it is a job that has done its work. */
  hold(): Promise<void>;
  /** With other settings than before, where it was held: they last until it is held again. */
  release(settings?: Readonly<Record<string, string>>): void;
  /** Lets it and all its processes stand still until it is thawed. Its liveness is not asked meanwhile. @throws when it does not run. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Sends a signal to it and its children, as an accident would. */
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** The chart's numbers for the probes; the back-off is the kubelet's, for people in a hurry. */
export const defaultPace = {
  readyPeriodMs: 100,
  livePeriodMs: 10_000,
  checkTimeoutMs: 3_000,
  liveFailureThreshold: 3,
  firstBackoffMs: 500,
  maxBackoffMs: 15_000,
  /** A part that was ready for this long is forgiven its earlier failures. */
  forgivenAfterMs: 60_000,
};

export interface RunnerOptions {
  cwd: string;
  logFile: string;
  pace: typeof defaultPace;
  /** Told of every change of state or pid. */
  onChange(status: PartStatus): void;
}

/** How one life ended: a job's good end, or anything else. */
type Fate = { done: true } | { done: false; why: string; readyMs: number };

export function createRunner(part: Part, { cwd, logFile, pace, onChange: tell }: RunnerOptions): Runner {
  const { promise: wellOnce, resolve: wasWell } = Promise.withResolvers<void>();
  let state: PartState = 'waiting';
  let child: Child | undefined;
  let restarts = 0;
  let startSeconds: number | null = null;
  let problem: string | null = null;
  let held = false;
  let stopped = false;
  let frozen = false;
  let settings: Readonly<Record<string, string>> = {};
  let life: Promise<void> | undefined;
  let nap = new AbortController();

  const unwanted = () => held || stopped;
  const onChange = () => tell(status());

  function status(): PartStatus {
    return {
      part: part.name,
      kind: part.kind,
      state,
      url: part.url ?? null,
      pid: child?.pid ?? null,
      restarts,
      startSeconds,
      problem: unwanted() ? null : problem,
    };
  }

  function become(next: PartState): void {
    state = next;
    onChange();
  }

  function becomeWell(next: 'ready' | 'done', startedAt: number): void {
    startSeconds = (Date.now() - startedAt) / 1000;
    problem = null;
    become(next);
    wasWell();
  }

  function pause(ms: number): Promise<void> {
    nap = new AbortController();
    return sleep(ms, undefined, { signal: nap.signal }).catch(() => {});
  }

  async function live(): Promise<void> {
    let failures = 0;
    while (!stopped) {
      if (held) {
        become('held');
        await pause(2 ** 31 - 1);
        continue;
      }
      const fate = await oneLife();
      startSeconds = fate.done ? startSeconds : null;
      if (fate.done) return;
      if (unwanted()) continue;
      problem = fate.why;
      failures = fate.readyMs > pace.forgivenAfterMs ? 1 : failures + 1;
      restarts += 1;
      become('restarting');
      await pause(Math.min(pace.firstBackoffMs * 2 ** (failures - 1), pace.maxBackoffMs));
    }
    become('stopped');
  }

  async function oneLife(): Promise<Fate> {
    const startedAt = Date.now();
    become('starting');
    try {
      await part.prepare?.();
      child = await startChild({ ...part, env: { ...part.env, ...settings } }, { cwd, logFile });
      onChange();
      return await watch(child, startedAt);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    } finally {
      await thaw();
      await child?.end();
      child = undefined;
      onChange();
    }
  }

  /** Returns when the child has ended, or has to end. */
  async function watch(running: Child, startedAt: number): Promise<Fate> {
    if (unwanted()) return failed('no longer wanted');
    const over = new AbortController();
    const ended = running.exited.then(({ code, how }): Fate => {
      if (part.kind === 'process' || code !== 0) return failed(`ended with ${how}`);
      becomeWell('done', startedAt);
      return { done: true };
    });
    try {
      const early = await Promise.race([ended, untilReady(over.signal)]);
      if (early) return early;
      if (unwanted()) return failed('no longer wanted');
      becomeWell('ready', startedAt);
      const readyAt = Date.now();
      const late = await Promise.race([ended, untilUnwell(over.signal)]);
      return late.done ? late : { ...late, readyMs: Date.now() - readyAt };
    } finally {
      over.abort();
    }
  }

  /** Returns nothing when it is ready, its fate when its time is up. */
  async function untilReady(signal: AbortSignal): Promise<Fate | undefined> {
    const timeoutMs = part.startTimeoutMs ?? 60_000;
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline && !signal.aborted) {
      if (part.kind === 'process' && (!part.ready || (await passes(part.ready, pace.checkTimeoutMs)))) return;
      await sleep(pace.readyPeriodMs);
    }
    return failed(`not ${part.kind === 'job' ? 'done' : 'ready'} within ${timeoutMs / 1000} s`);
  }

  async function untilUnwell(signal: AbortSignal): Promise<Fate> {
    let failures = 0;
    while (failures < pace.liveFailureThreshold) {
      await sleep(pace.livePeriodMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      // Whoever froze it wants it so; a supervisor that starts it anew would undo that.
      if (frozen) continue;
      failures = !part.live || (await passes(part.live, pace.checkTimeoutMs)) ? 0 : failures + 1;
    }
    return failed(`failed its liveness check ${failures} times in a row`);
  }

  /** Ends what runs now; the life above sees why by itself. */
  async function endNow(): Promise<void> {
    nap.abort();
    await thaw(); // What stands still does not hear that it is to end.
    await child?.end();
  }

  async function thaw(): Promise<void> {
    if (!frozen) return;
    frozen = false;
    if (child) await signalFamily(child.pid, 'SIGCONT');
  }

  return {
    part,
    wellOnce,
    start: () => {
      life ??= live();
    },
    status,
    hold: async () => {
      if (state === 'done')
        throw new Error(`${part.name} is done: it runs no more, there is nothing to hold.`);
      held = true;
      if (!life) become('held');
      await endNow();
    },
    release: (given = {}) => {
      if (held) settings = given;
      held = false;
      if (!life) become('waiting');
      nap.abort();
    },
    freeze: async () => {
      if (!child) throw new Error(`${part.name} does not run: it is ${state}`);
      frozen = true;
      await signalFamily(child.pid, 'SIGSTOP');
    },
    thaw,
    kill: (signal) => child?.signal(signal),
    stop: async () => {
      stopped = true;
      await endNow();
      await life;
      if (!life) become('stopped');
    },
  };
}

function failed(why: string): Fate {
  return { done: false, why, readyMs: 0 };
}

async function signalFamily(pid: number, signal: NodeJS.Signals): Promise<void> {
  for (const member of familyOf(await processTable(), pid)) {
    try {
      process.kill(member, signal);
    } catch {
      // It has ended since.
    }
  }
}
