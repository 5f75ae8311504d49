import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashReporter } from './crash.ts';
import { errorType, KitError } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** A job that is done again and again in the background. */
export interface WorkerDefinition {
  readonly name: string;
  /** Pause after a run that found nothing more to do, and after one that failed. */
  readonly everyMs: number;
  /** @returns true when there is more to do at once. */
  run(signal: AbortSignal): Promise<boolean>;
  /** Awaited after the last run: what runs have left under way. */
  drain?(): Promise<void>;
}

export interface Worker {
  /** Ends the present pause: there is something to do. */
  wake(): void;
  /** Lets the present run end and starts no other. */
  stop(): void;
  readonly done: Promise<void>;
}

/**
 * Runs `definition` until stopped. A failed run is counted and tried again; it ends nothing. An outage is told when it
 * begins, when it turns into another, and when it is over, however many runs it fails.
 */
export function startWorker(
  deps: { log: Log; metrics: Metrics; crash: CrashReporter },
  definition: WorkerDefinition,
): Worker {
  const { name, everyMs, run } = definition;
  const stopping = new AbortController();
  let pause = new AbortController();
  let woken = false;
  /** How the last run failed. */
  let failing: string | undefined;
  const runs = deps.metrics.counter('worker_runs_total', 'Runs of background workers by how they ended.', [
    'worker',
    'error_type',
  ]);
  for (const error_type of ['', 'database_unavailable', 'kafka_unavailable']) {
    runs.inc({ worker: name, error_type }, 0);
  }

  const once = async () => {
    try {
      const more = await run(stopping.signal);
      runs.inc({ worker: name, error_type: '' });
      if (failing) deps.log.info({ worker: name }, 'worker runs succeed again');
      failing = undefined;
      return more;
    } catch (error) {
      const type = errorType(error);
      if (stopping.signal.aborted && type === 'AbortError') return false;
      runs.inc({ worker: name, error_type: type });
      if (type !== failing) {
        deps.log.warn({ err: error, worker: name }, 'worker run failed');
        if (!(error instanceof KitError && error.retryable)) deps.crash.report(error, { worker: name });
      }
      failing = type;
      return false;
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      if ((await once()) || woken) continue;
      pause = new AbortController();
      const signal = AbortSignal.any([pause.signal, stopping.signal]);
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
    await definition.drain?.();
  };

  return {
    wake() {
      woken = true;
      pause.abort();
    },
    stop: () => stopping.abort(),
    done: loop(),
  };
}
