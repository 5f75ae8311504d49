import { inventoryEvents, ordersEvents, paymentsEvents, shippingEvents } from '@tocsin/contracts';
import { createHttpClient, createMetrics, type KafkaAccess, type Log, readTopics } from '@tocsin/kit';
import { z } from 'zod';
import { judge, type Report } from './judge.ts';

const ledgerSchema = z.object({
  entries: z.array(
    z.object({
      chargeId: z.string(),
      key: z.string(),
      kind: z.enum(['charge', 'refund']),
      amountCents: z.int(),
    }),
  ),
});

/** A charge is made after its order was placed, and may be refunded much later. */
const readBudgetMs = 60_000;

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
  const topics = [ordersEvents, inventoryEvents, paymentsEvents, shippingEvents].map(({ name }) => name);
  const records = await readTopics(
    deps,
    { ...from.kafka, clientId: 'reconcile', since: span.since, budgetMs: readBudgetMs },
    topics,
  );
  // Read after the topics: a charge is in the ledger before its event is published.
  const bank = createHttpClient({ metrics: createMetrics() }, 'bank', from.bankUrl);
  const { body } = await bank.call({
    path: `/ledger?since=${encodeURIComponent(span.since.toISOString())}`,
    answers: { 200: ledgerSchema },
    timeoutMs: 10_000,
  });
  return judge(records, body.entries, span);
}
