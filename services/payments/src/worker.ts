import {
  type CrashReporter,
  type Database,
  KitError,
  type Log,
  type Outbox,
  type WorkerDefinition,
  withTrace,
} from '@tocsin/kit';
import type { Bank } from './bank.ts';
import { type BankAnswer, callFor, settle } from './charge.ts';
import type { ChargeMetrics } from './metrics.ts';
import type { ChargeStore, DueCharge } from './store.ts';

/** How soon a call that failed is due again without anybody waking the worker. */
const pollMs = 1000;
const firstPauseMs = 200;
const longestPauseMs = 10_000;

/**
 * Asks the bank about the charges that are due, several at once. No transaction is open while the bank is awaited: one
 * claims the charge, another records the answer with its event. Whoever dies in between has asked under a key, and the
 * claim runs out: the next one asks the same again and gets the same answer.
 */
export function createChargeWorker(
  deps: {
    log: Log;
    crash: CrashReporter;
    database: Database;
    outbox: Outbox;
    charges: ChargeStore;
    bank: Bank;
    metrics: ChargeMetrics;
  },
  options: { concurrency: number; leaseMs: number; giveUpMs: number },
): WorkerDefinition {
  const { log, crash, database, outbox, charges, bank, metrics } = deps;
  const { concurrency, leaseMs, giveUpMs } = options;
  const underWay = new Set<Promise<void>>();

  const record = (orderId: string, answer: BankAnswer, traceparent: string | undefined) =>
    database.transaction(async (transaction) => {
      for (const before of await charges.lock(transaction, [orderId])) {
        const { state, events } = settle(before, answer);
        if (state === before) return;
        await charges.save(transaction, [{ charge: state, traceparent }]);
        await outbox.append(transaction, events);
        transaction.afterCommit(() => metrics.settled(state));
      }
    });

  const deal = async ({ charge, traceparent, attempts, failingMs }: DueCharge) => {
    const call = callFor(charge, failingMs, giveUpMs);
    if (!call) return;
    let answer: BankAnswer;
    try {
      answer = await bank.ask(call);
    } catch (err) {
      // Every call is counted; of a long outage the first failure of each charge is enough to read.
      if (attempts === 0)
        log.warn({ err, orderId: charge.orderId, call: call.kind }, 'the bank gave no answer');
      report(err);
      await charges.postpone(database, charge, pauseAfter(attempts));
      return;
    }
    await record(charge.orderId, answer, traceparent);
  };

  const report = (err: unknown) => {
    if (!(err instanceof KitError && err.retryable)) crash.report(err, { worker: 'charges' });
  };

  const start = (due: DueCharge) => {
    const dealt = withTrace('settle charge', due.traceparent, () => deal(due)).catch((err: unknown) => {
      log.warn({ err, orderId: due.charge.orderId }, 'charge not recorded: the bank will be asked again');
      report(err);
    });
    underWay.add(dealt);
    void dealt.then(() => underWay.delete(dealt));
  };

  return {
    name: 'charges',
    everyMs: pollMs,
    async run() {
      if (underWay.size >= concurrency) await Promise.race(underWay);
      const free = concurrency - underWay.size;
      const due = await charges.claim(database, free, leaseMs);
      due.forEach(start);
      return due.length === free;
    },
    drain: async () => void (await Promise.all(underWay)),
  };
}

/** Twice as long each time, and by chance: charges that failed together do not come back together. */
function pauseAfter(attempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** attempts) * (0.5 + Math.random() / 2);
}
