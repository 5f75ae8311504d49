import type { Log } from '@tocsin/kit';
import pRetry from 'p-retry';

/**
 * Does `work` again until it succeeds: a job may start long before what it works on. Why it does not succeed yet is
 * said once for each reason.
 */
export async function untilItWorks<T>(log: Log, what: string, work: () => Promise<T>): Promise<T> {
  let said = '';
  return pRetry(work, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 500,
    maxTimeout: 3000,
    onFailedAttempt({ error }) {
      const reason = reasonOf(error);
      if (reason !== said) log.warn({ reason }, `${what}: trying again until it works`);
      said = reason;
    },
  });
}

/** What a client library says of itself is of less use than what the network said. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
