import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { errorType } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { withinBudget } from '../within-budget.ts';
import { brief, createKafka, type KafkaOptions } from './client.ts';

const everyMs = 2000;
/** A broker that takes longer is as good as none; kafkajs itself would wait for ten seconds. */
const patienceMs = 3000;

export interface Reachability {
  /** Since when a broker answers; undefined while none does. */
  reachableSince(): Date | undefined;
  stop(): Promise<void>;
}

/**
 * Asks a broker for the cluster's metadata every two seconds and says so in `kafka_reachable`. A client that is
 * patient enough to survive an outage says nothing during it; this one is not patient.
 */
export function watchReachability(deps: { log: Log; metrics: Metrics }, options: KafkaOptions): Reachability {
  const { log } = deps;
  const gauge = deps.metrics.gauge(
    'kafka_reachable',
    'Whether a Kafka broker answered the last metadata check: 1 or 0.',
  );
  const kafka = createKafka(deps, { ...options, clientId: `${options.clientId}-reachability` }, brief);
  let admin = kafka.admin();
  const stopping = new AbortController();
  let since: Date | undefined;
  /** Why there was no answer since the last one: each reason is said once. */
  const said = new Set<string>();

  const ask = async () => {
    try {
      await withinBudget('The check', patienceMs, describe(admin));
      return undefined;
    } catch (error) {
      // The connection may be the thing that is broken: the next round makes a new one. Not awaited: it can hang.
      void admin.disconnect().catch(() => {});
      admin = kafka.admin();
      return error;
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const next = performance.now() + everyMs;
      const err = await ask();
      if (stopping.signal.aborted) return;
      gauge.set(err === undefined ? 1 : 0);
      if (err === undefined) {
        if (!since) log.info('kafka answers');
        since ??= new Date();
        said.clear();
      } else {
        since = undefined;
        const reason = reasonOf(err);
        if (!said.has(reason)) log.warn({ brokers: options.brokers, err }, 'kafka does not answer');
        said.add(reason);
      }
      const { signal } = stopping;
      await sleep(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => {});
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

async function describe(admin: Admin): Promise<void> {
  await admin.connect();
  await admin.describeCluster();
}

/** Without the address in the message: which of several brokers was asked differs from time to time. */
function reasonOf(error: unknown): string {
  const root = error instanceof Error && error.cause ? error.cause : error;
  const code = root instanceof Error && 'code' in root ? root.code : '';
  return `${errorType(root)} ${code}`;
}
