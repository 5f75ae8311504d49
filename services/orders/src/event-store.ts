import type { Queryable, Transaction } from '@tocsin/kit';
import type { NewOrderEvent, OrderEvent } from './domain/order-event.ts';

/** The table `order_events`: one stream for each order. */
export interface EventStore {
  stream(on: Queryable, orderId: string): Promise<readonly OrderEvent[]>;
  /** Locks the streams, in the order of their ids, and reads them. Streams that do not exist are missing. */
  lock(transaction: Transaction, orderIds: readonly string[]): Promise<readonly (readonly OrderEvent[])[]>;
  /** Adds events to streams that are locked or new. */
  append(transaction: Transaction, events: readonly NewOrderEvent[]): Promise<void>;
  /** The next `limit` streams after an order, in the order of their ids; from the first where none is named. */
  page(on: Queryable, after: string | undefined, limit: number): Promise<readonly (readonly OrderEvent[])[]>;
}

const select = 'select type, data, at as time from order_events';

export function createEventStore(): EventStore {
  return {
    stream: (on, orderId) =>
      on.query<OrderEvent>(`${select} where order_id = $1 order by version`, [orderId]),
    async lock(transaction, orderIds) {
      await lockStreams(transaction, orderIds);
      // A statement of its own: one that had waited for the lock would not see what the other has added meanwhile.
      const events = await transaction.query<OrderEvent>(
        `${select} where order_id = any($1) order by order_id, version`,
        [orderIds],
      );
      return byOrder(events);
    },
    async append(transaction, events) {
      await transaction.query(
        `insert into order_events (order_id, version, type, data, at)
         select * from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::timestamptz[])`,
        [
          events.map(({ data }) => data.orderId),
          events.map(({ data }) => data.version),
          events.map(({ type }) => type),
          events.map(({ data }) => JSON.stringify(data)),
          events.map(({ time }) => time.toISOString()),
        ],
      );
    },
    async page(on, after, limit) {
      const events = await on.query<OrderEvent>(
        `${select} where order_id in (
           select order_id from order_events
           where version = 1 and ($1::uuid is null or order_id > $1) order by order_id limit $2
         ) order by order_id, version`,
        [after, limit],
      );
      return byOrder(events);
    },
  };
}

/**
 * The lock of a stream is its first event: it is there as long as the order is, a second table cannot disagree with
 * it, and unlike the hash of an advisory lock it is never another order's too.
 */
async function lockStreams(transaction: Transaction, orderIds: readonly string[]): Promise<void> {
  await transaction.query(
    'select from order_events where order_id = any($1) and version = 1 order by order_id for update',
    [orderIds],
  );
}

const byOrder = (events: readonly OrderEvent[]): OrderEvent[][] => [
  ...Map.groupBy(events, ({ data }) => data.orderId).values(),
];
