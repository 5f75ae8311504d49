import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { brief, createKafka, type KafkaOptions } from './client.ts';

const everyMs = 5000;

export interface Reachability {
  /** Since when a broker answers; undefined while none does. */
  reachableSince(): Date | undefined;
  stop(): Promise<void>;
}

/**
 * Asks a broker for the cluster's metadata every few seconds and says so in `kafka_reachable`. A client that is
 * patient enough to survive an outage says nothing during it; this one is not patient.
 */
export function watchReachability(deps: { log: Log; metrics: Metrics }, options: KafkaOptions): Reachability {
  const { log } = deps;
  const gauge = deps.metrics.gauge(
    'kafka_reachable',
    'Whether a Kafka broker answered the last metadata check: 1 or 0.',
  );
  const admin = createKafka(
    deps,
    { ...options, clientId: `${options.clientId}-reachability` },
    brief,
  ).admin();
  const stopping = new AbortController();
  let since: Date | undefined;
  let said: boolean | undefined;

  const ask = async () => {
    try {
      await admin.connect();
      await admin.describeCluster();
      return undefined;
    } catch (error) {
      // The connection may be the thing that is broken: the next round makes a new one.
      await admin.disconnect().catch(() => {});
      return error;
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const err = await ask();
      const reachable = err === undefined;
      if (stopping.signal.aborted) return;
      since = reachable ? (since ?? new Date()) : undefined;
      gauge.set(reachable ? 1 : 0);
      if (reachable !== said) {
        if (reachable) log.info('kafka answers');
        else log.warn({ brokers: options.brokers, err }, 'kafka does not answer');
      }
      said = reachable;
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const done = loop();
  return {
    reachableSince: () => since,
    async stop() {
      stopping.abort();
      await admin.disconnect().catch(() => {});
      await done;
    },
  };
}
