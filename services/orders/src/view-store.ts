import type { CancelReason } from '@tocsin/contracts';
import type { Queryable, Transaction } from '@tocsin/kit';
import type { OrderStatus } from './domain/order-event.ts';
import type { OrderRow } from './domain/order-row.ts';

export interface ListedOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly reason?: CancelReason;
  readonly totalCents: number;
  readonly currency: 'EUR';
  readonly placedAt: Date;
}

/** The table `order_view`. */
export interface OrderView {
  /** Locks the rows of these orders; those that are missing are held too, as rows without a version. */
  lock(transaction: Transaction, orderIds: readonly string[]): Promise<readonly OrderRow[]>;
  save(transaction: Transaction, rows: readonly OrderRow[]): Promise<void>;
  /** At most `limit` orders of a customer, newest first: ids are sorted by the time they were made. */
  list(
    on: Queryable,
    customerId: string,
    page: { after: string | undefined; limit: number },
  ): Promise<ListedOrder[]>;
  clear(on: Queryable): Promise<void>;
}

export function createOrderView(): OrderView {
  return {
    async lock(transaction, orderIds) {
      await transaction.query(
        `insert into order_view (order_id)
         select distinct id from unnest($1::uuid[]) as asked (id) order by id on conflict do nothing`,
        [orderIds],
      );
      return transaction.query<OrderRow>(
        `select order_id as "orderId", version, status, reason, customer_id as "customerId",
           total_cents as "totalCents", currency, placed_at as "placedAt"
         from order_view where order_id = any($1) order by order_id for update`,
        [orderIds],
      );
    },
    async save(transaction, rows) {
      await transaction.query(
        `update order_view as old set version = new.version, status = new.status, reason = new.reason,
           customer_id = new.customer_id, total_cents = new.total_cents, currency = new.currency,
           placed_at = new.placed_at
         from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::uuid[], $6::bigint[], $7::text[],
           $8::timestamptz[])
           as new (order_id, version, status, reason, customer_id, total_cents, currency, placed_at)
         where old.order_id = new.order_id`,
        [
          rows.map(({ orderId }) => orderId),
          rows.map(({ version }) => version),
          rows.map(({ status }) => status),
          rows.map(({ reason }) => reason),
          rows.map(({ customerId }) => customerId),
          rows.map(({ totalCents }) => totalCents),
          rows.map(({ currency }) => currency),
          rows.map(({ placedAt }) => placedAt?.toISOString() ?? null),
        ],
      );
    },
    async list(on, customerId, { after, limit }) {
      const rows = await on.query<Omit<ListedOrder, 'reason'> & { reason: CancelReason | null }>(
        `select order_id as "orderId", status, reason, total_cents as "totalCents", currency,
           placed_at as "placedAt"
         from order_view where customer_id = $1 and ($2::uuid is null or order_id < $2)
         order by order_id desc limit $3`,
        [customerId, after, limit],
      );
      return rows.map(({ reason, ...order }) => ({ ...order, ...(reason && { reason }) }));
    },
    async clear(on) {
      await on.query('truncate order_view');
    },
  };
}
