import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchHandler } from 'kafkajs';
import pRetry from 'p-retry';
import type { Log } from '../log.ts';
import type { ConsumerFaults } from './consumer-faults.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import { outlastsRestart } from './fatal-errors.ts';

const firstDelayMs = 500;
const longestDelayMs = 5000;
const settleMs = 250;

/**
 * Lets a consumer live again after each crash, for as long as another life may end otherwise. kafkajs itself restarts
 * only after errors that it takes for retriable, and some that an outage causes are not among them: a connection that
 * closes while the group's coordinator is asked for ends as "Failed to find group coordinator", for good.
 * @returns what no restart would cure, or undefined after `signal`.
 */
export function liveAgain(
  deps: { log: Log; metrics: ConsumerMetrics; faults: ConsumerFaults },
  consumer: Consumer,
  options: {
    readonly group: string;
    readonly topics: readonly string[];
    readonly signal: AbortSignal;
    readonly eachBatch: EachBatchHandler;
  },
): Promise<Error | undefined> {
  const { group, signal } = options;
  const livesBetweenAbsences = async () => {
    for (;;) {
      await oneLife(deps, consumer, options);
      deps.log.warn({ group }, 'consumer group left, as a fault demands');
      deps.metrics.assigned([]);
      // To a connection that is made at once, kafkajs would take the end of the old one for its own.
      await sleep(settleMs);
      await deps.faults.returning();
    }
  };
  return pRetry(livesBetweenAbsences, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: firstDelayMs,
    maxTimeout: longestDelayMs,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => !outlastsRestart(error),
    onFailedAttempt({ error }) {
      const restart = !outlastsRestart(error);
      deps.metrics.crashed(restart);
      if (restart) deps.log.warn({ err: error, group }, 'consumer starts again after an error');
      else deps.log.error({ err: error, group }, 'consumer crashed');
    },
  }).catch((error: Error) => (signal.aborted ? undefined : error));
}

/**
 * Ends when a fault makes it leave the group.
 * @throws what it crashed of.
 */
async function oneLife(
  { faults }: Pick<Parameters<typeof liveAgain>[0], 'faults'>,
  consumer: Consumer,
  { topics, signal, eachBatch }: Parameters<typeof liveAgain>[2],
): Promise<void> {
  const crashed = Promise.withResolvers<Error>();
  const forget = consumer.on(consumer.events.CRASH, ({ payload: { error } }) => crashed.resolve(error));
  try {
    signal.throwIfAborted();
    await consumer.connect();
    signal.throwIfAborted();
    // From the beginning: with "latest", a group that fails before its first commit would skip what it failed on.
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    signal.throwIfAborted();
    await consumer.run({ eachBatchAutoResolve: false, eachBatch });
    const crash = await Promise.race([crashed.promise, faults.leaving()]);
    if (crash) throw crash;
    signal.throwIfAborted();
    await consumer.disconnect();
  } catch (error) {
    // After a crash kafkajs has done so already; the next life must not begin with this one's connections.
    await consumer.disconnect().catch(() => {});
    throw error;
  } finally {
    forget();
  }
}
