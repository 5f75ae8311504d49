import { Kafka, type logCreator, logLevel, type RetryOptions } from 'kafkajs';
import type { Log } from '../log.ts';
import type { KafkaAccess } from './access.ts';
import { patchRequestQueue } from './request-queue-patch.ts';

patchRequestQueue();

export interface KafkaOptions extends KafkaAccess {
  readonly clientId: string;
}

/**
 * Outlives any outage. kafkajs' own default gives up after 5 tries and crashes the consumer, whose group then waits
 * a whole session time-out for the member that came back under another name.
 */
export const patient: RetryOptions = {
  retries: Number.MAX_SAFE_INTEGER,
  initialRetryTime: 100,
  maxRetryTime: 2000,
};

/** Gives up within seconds, for those who have a plan of their own. */
export const brief: RetryOptions = { retries: 3, initialRetryTime: 100, maxRetryTime: 1000 };

/** The only way to a kafkajs client: patched, and with its log lines among ours. */
export function createKafka(deps: { log: Log }, options: KafkaOptions, retry: RetryOptions): Kafka {
  const { brokers, clientId, ssl, sasl } = options;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl && { ssl }),
    ...(sasl && { sasl }),
    retry,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    logLevel: logLevel.WARN,
    logCreator: linesTo(deps.log),
  });
}

/** An outage makes kafkajs say some fifty errors in half a minute; we say it once ourselves (reachability.ts). */
function linesTo(log: Log): logCreator {
  return () => (entry) => {
    const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } = entry.log;
    log.debug({ kafkajs: fields, namespace: entry.namespace, said: message }, 'kafkajs says');
  };
}
