import {
  type DataOf,
  type EventDefinition,
  events,
  orderCancelled,
  orderPlaced,
  orderShipped,
  paymentAuthorized,
  paymentRefunded,
  shipmentDispatched,
  stockReleased,
  stockReserved,
} from '@tocsin/contracts';
import { decode, type ReceivedRecord } from '@tocsin/kit';

/** A line of the bank's own ledger: whether anybody was charged, and how often, is read here and nowhere else. */
export interface LedgerEntry {
  readonly chargeId: string;
  /** The order, as the Idempotency-Key of the charge. */
  readonly key: string;
  readonly kind: 'charge' | 'refund';
  readonly amountCents: number;
}

export interface Mismatch {
  readonly orderId: string;
  readonly problem: string;
}

export interface Report {
  /** Orders placed in the span: those are judged. */
  readonly judged: number;
  readonly shipped: number;
  readonly cancelled: number;
  /** Orders placed after the span: they may still be on their way. */
  readonly tooYoung: number;
  readonly unreadable: number;
  readonly mismatches: readonly Mismatch[];
}

interface Story {
  readonly placed: DataOf<typeof orderPlaced>;
  readonly placedAt: Date;
  readonly facts: { readonly type: string; readonly data: object }[];
}

/**
 * Folds everything that was said of the orders placed between `since` and `until`, and compares it with the ledger:
 * each has one end, is charged at most once and only if shipped, is shipped at most once and only if paid, and a dead
 * order holds no stock.
 */
export function judge(
  records: readonly ReceivedRecord[],
  ledger: readonly LedgerEntry[],
  span: { since: Date; until: Date },
): Report {
  const { stories, unreadable } = collect(records);
  const old = [...stories.values()].filter(
    ({ placedAt }) => placedAt >= span.since && placedAt <= span.until,
  );
  const entries = Map.groupBy(ledger, ({ key }) => key);
  const mismatches = old.flatMap((story) => {
    const { orderId } = story.placed;
    return problemsOf(story, entries.get(orderId) ?? []).map((problem) => ({ orderId, problem }));
  });
  const ended = (definition: EventDefinition) =>
    old.filter((story) => saidOf(story, definition).length > 0).length;
  return {
    judged: old.length,
    shipped: ended(orderShipped),
    cancelled: ended(orderCancelled),
    tooYoung: [...stories.values()].filter(({ placedAt }) => placedAt > span.until).length,
    unreadable,
    mismatches,
  };
}

function collect(records: readonly ReceivedRecord[]) {
  const stories = new Map<string, Story>();
  const rest: { orderId: string; type: string; data: object }[] = [];
  const seen = new Set<string>();
  let unreadable = 0;
  for (const record of records) {
    try {
      const event = decode(events, record);
      // The outbox may publish an event twice; its id says so.
      if (!event || seen.has(event.id)) continue;
      seen.add(event.id);
      const { type, data, time } = event;
      if (type === orderPlaced.type) {
        const placed = orderPlaced.schema.parse(data);
        stories.set(placed.orderId, { placed, placedAt: time, facts: [] });
      } else if ('orderId' in data) {
        rest.push({ orderId: String(data.orderId), type, data });
      }
    } catch {
      unreadable += 1;
    }
  }
  for (const { orderId, ...fact } of rest) stories.get(orderId)?.facts.push(fact);
  return { stories, unreadable };
}

const saidOf = (story: Story, { type }: EventDefinition) => story.facts.filter((fact) => fact.type === type);

function problemsOf(story: Story, entries: readonly LedgerEntry[]): string[] {
  const count = (definition: EventDefinition) => saidOf(story, definition).length;
  const shipped = count(orderShipped);
  const cancelled = count(orderCancelled);
  const charges = entries.filter(({ kind }) => kind === 'charge');
  const refunds = entries.filter(({ kind }) => kind === 'refund');
  const authorized = count(paymentAuthorized);
  const dispatched = count(shipmentDispatched);
  const found: [boolean, string][] = [
    [shipped + cancelled === 0, 'has no end'],
    [shipped + cancelled > 1, `ended ${shipped + cancelled} times`],
    [charges.length > 1, `was charged ${charges.length} times`],
    [refunds.length > charges.length, 'was refunded more often than charged'],
    [
      charges.some(({ amountCents }) => amountCents !== story.placed.totalCents),
      'was charged another amount',
    ],
    [shipped > 0 && charges.length - refunds.length !== 1, 'was shipped and not paid'],
    [cancelled > 0 && charges.length > refunds.length, 'was cancelled and stayed charged'],
    [authorized > 0 && charges.length === 0, 'was authorized, but the bank knows of no charge'],
    [authorized > 1, `was authorized ${authorized} times`],
    [count(paymentRefunded) !== refunds.length, 'has refunds that do not agree with the bank'],
    [dispatched > 1, `was dispatched ${dispatched} times`],
    [dispatched > 0 && authorized === 0, 'was dispatched without payment'],
    [count(stockReserved) > 1, 'had stock reserved more than once'],
    [cancelled > 0 && count(stockReserved) !== count(stockReleased), 'is dead and holds stock'],
    [shipped > 0 && count(stockReleased) > 0, 'was shipped and its stock released'],
  ];
  return found.flatMap(([wrong, text]) => (wrong ? [text] : []));
}
