import { inventoryEvents, ordersEvents, paymentsEvents, shippingEvents } from '@tocsin/contracts';
import { followTopics, type KafkaAccess, type Log, type Positions } from '@tocsin/kit';
import { forgetSettled, judge, type Report } from './judge.ts';
import { createLedgerReader } from './ledger.ts';
import { createStories } from './story.ts';

const topics = [ordersEvents, inventoryEvents, paymentsEvents, shippingEvents].map(({ name }) => name);

/** Time for all that a first reading has before it. A broker that answers and delivers nothing holds up no later one. */
const readBudgetMs = 60_000;

/** The orders of the last while, brought up to date by each reading. */
export interface Account {
  /**
   * Reads on, from `since` at first.
   * @throws when a broker or the bank does not answer: nothing is known then, and the next reading goes on from there.
   */
  read(since: Date, signal?: AbortSignal): Promise<void>;
  judge(span: Parameters<typeof judge>[1]): Report;
  /** Forgets orders placed before, but for those that do not add up yet. */
  forget(before: Date): void;
}

/** Two entries may bear the same time, and the one be seen before the other is written. */
const ledgerOverlapMs = 10_000;

export function createAccount(deps: { log: Log }, from: { kafka: KafkaAccess; bankUrl: string }): Account {
  const readLedger = createLedgerReader(from.bankUrl);
  const stories = createStories();
  let positions: Positions | undefined;
  let ledgerSince: Date | undefined;
  return {
    async read(since, signal) {
      positions = await followTopics(
        deps,
        {
          ...from.kafka,
          clientId: 'reconcile',
          since,
          budgetMs: readBudgetMs,
          ...(positions && { positions }),
          ...(signal && { signal }),
        },
        topics,
        stories.add,
      );
      // After the topics: a charge is in the ledger before its event is published.
      for (const entry of await readLedger(ledgerSince ?? since)) {
        stories.enter(entry);
        ledgerSince = new Date(Date.parse(entry.at) - ledgerOverlapMs);
      }
    },
    judge: (span) => judge(stories, span),
    forget: (before) => forgetSettled(stories, before),
  };
}

/**
 * One pass over the saga's topics and the bank's ledger.
 * @param span.since orders placed earlier are not looked at.
 * @param span.until orders placed later may still be on their way and are only counted.
 * @throws when a broker or the bank does not answer: nothing is known then.
 */
export async function reconcile(
  deps: { log: Log },
  from: { kafka: KafkaAccess; bankUrl: string },
  span: { since: Date; until: Date },
): Promise<Report> {
  const account = createAccount(deps, from);
  await account.read(span.since);
  return account.judge(span);
}
