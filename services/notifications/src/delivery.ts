import {
  type Clock,
  type CrashReporter,
  type Database,
  errorType,
  KitError,
  type Log,
  type WorkerDefinition,
  withTrace,
} from '@tocsin/kit';
import { compose, type Letter, type Occasion } from './letter.ts';
import type { Mailer } from './mailer.ts';
import type { MessageMetrics, Outcome } from './metrics.ts';
import type { Neighbours } from './neighbours.ts';
import type { DueMessage, MessageStore } from './store.ts';

const name = 'delivery';
/** Messages that are under way at one time. */
const batch = 10;
/** Longer than an attempt can take: two call backs of 5 s each, and the mail server. */
const leaseMs = 30_000;
const giveUpAfterMs = 24 * 60 * 60 * 1000;

/** Sends what is due: asks the neighbours what is to be said, says it, and keeps what was said. */
export function delivery(deps: {
  log: Log;
  crash: CrashReporter;
  clock: Clock;
  database: Database;
  messages: MessageStore;
  neighbours: Neighbours;
  /** Without one, a message counts as sent once it is kept. */
  mailer: Mailer | undefined;
  metrics: MessageMetrics;
}): WorkerDefinition {
  const { log, crash, clock, database, messages, neighbours, mailer, metrics } = deps;
  const inMs = (ms: number) => new Date(clock.now().getTime() + ms);

  const occasionOf = async ({ kind, orderId }: DueMessage): Promise<Occasion> =>
    kind === 'welcome' ? { kind } : { kind, order: await neighbours.order(orderId) };

  const end = async ({ messageId, kind }: DueMessage, outcome: Outcome, letter?: Letter) => {
    if (await messages.end(database, messageId, outcome, letter)) metrics.ended(kind, outcome);
  };

  const attempt = async (message: DueMessage) => {
    const customer = await neighbours.customer(message.customerId);
    if (!customer) return end(message, 'dropped');
    const letter = compose(customer, await occasionOf(message));
    await mailer?.send(message.messageId, letter);
    return end(message, 'sent', letter);
  };

  const putOff = async (message: DueMessage, err: unknown) => {
    const { messageId, kind, attempts, createdAt } = message;
    metrics.attemptFailed(errorType(err));
    log.warn({ err, kind, attempts }, 'message not sent yet');
    if (!(err instanceof KitError)) crash.report(err, { worker: name });
    if (clock.now().getTime() - createdAt.getTime() > giveUpAfterMs) return end(message, 'failed');
    return messages.putOff(database, messageId, inMs(retryDelayMs(attempts)));
  };

  /** @returns false where it was put off. */
  const deliver = (message: DueMessage) =>
    withTrace(
      'deliver message',
      message.traceparent ?? undefined,
      async () => {
        try {
          await attempt(message);
          return true;
        } catch (error) {
          await putOff(message, error);
          return false;
        }
      },
      message.messageId,
    );

  return {
    name,
    everyMs: 1000,
    async run() {
      const due = await messages.take(database, clock.now(), inMs(leaseMs), batch);
      // All of them end before the run does; one that cannot even be put off comes back with the end of its lease.
      const ends = await Promise.allSettled(due.map(deliver));
      for (const ended of ends) if (ended.status === 'rejected') throw ended.reason;
      // While a neighbour is down, a few attempts in each pause are enough to see it come back.
      const allWentWell = ends.every((ended) => ended.status === 'fulfilled' && ended.value);
      return allWentWell && due.length === batch;
    },
  };
}

/** Doubles from half a second to a minute, less up to a half by chance, so that not all come back at once. */
export function retryDelayMs(attempts: number, random: () => number = Math.random): number {
  return Math.min(500 * 2 ** (attempts - 1), 60_000) * (1 - random() / 2);
}
