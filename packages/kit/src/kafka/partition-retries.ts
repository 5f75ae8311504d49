import { KitError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';

/** Until a failing partition counts as parked, and how it is tried meanwhile and afterwards. */
const patienceMs = 30_000;
const firstDelayMs = 250;
const longestDelayMs = 5000;
const parkedDelayMs = 15_000;

export interface PartitionRetries {
  /** How often in a row the head of the partition has failed. */
  failures(topic: string, partition: number): number;
  /** Keeps the partition paused for a while; `resume` ends the pause. */
  failed(topic: string, partition: number, error: unknown, resume: () => void): void;
  succeeded(topic: string, partition: number): void;
  stop(): void;
}

interface Failing {
  count: number;
  readonly since: number;
  parked: boolean;
  timer?: NodeJS.Timeout;
}

/**
 * Decides when a partition whose head fails is tried again: with jitter and growing delays for half a minute, then
 * every 15 s for ever. Nobody has to un-park it: it goes on when the head succeeds.
 */
export function createPartitionRetries(
  deps: { log: Log; metrics: ConsumerMetrics },
  group: string,
): PartitionRetries {
  const { log, metrics } = deps;
  const failing = new Map<string, Failing>();
  const name = (topic: string, partition: number) => `${topic}/${partition}`;
  const count = () => metrics.parked([...failing.values()].filter(({ parked }) => parked).length);

  return {
    failures: (topic, partition) => failing.get(name(topic, partition))?.count ?? 0,
    failed(topic, partition, error, resume) {
      const key = name(topic, partition);
      const state = failing.get(key) ?? { count: 0, since: Date.now(), parked: false };
      failing.set(key, state);
      state.count += 1;
      metrics.retried(error);
      if (!state.parked && Date.now() - state.since > patienceMs) {
        state.parked = true;
        log.error({ group, topic, partition, err: error }, 'partition parked');
        count();
      }
      const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (state.count - 1));
      const delayMs = state.parked ? parkedDelayMs : ceiling / 2 + (Math.random() * ceiling) / 2;
      if (state.count === 1 && !(error instanceof KitError && error.transient)) {
        log.warn({ group, topic, partition, err: error }, 'handling failed, partition paused');
      }
      clearTimeout(state.timer);
      state.timer = setTimeout(resume, delayMs);
    },
    succeeded(topic, partition) {
      const state = failing.get(name(topic, partition));
      if (!state) return;
      failing.delete(name(topic, partition));
      if (state.parked) log.info({ group, topic, partition, attempts: state.count }, 'partition goes on');
      count();
    },
    stop() {
      for (const { timer } of failing.values()) clearTimeout(timer);
    },
  };
}
