import { KitError, type Queryable, type Transaction } from '@tocsin/kit';
import type { Level, Reservation, Stock } from './reservation.ts';

/**
 * The tables `stock` and `reservations`. Whoever locks rows of both locks reservations first, each table in the order
 * of its key: two transactions can wait for each other only one way round.
 */
export interface InventoryStore {
  listStock(on: Queryable): Promise<(Level & { sku: string })[]>;
  /** Adds units of a sku, known or new. */
  addStock(on: Queryable, sku: string, quantity: number): Promise<Level & { sku: string }>;
  lockStock(transaction: Transaction, skus: readonly string[]): Promise<Stock>;
  updateStock(transaction: Transaction, stock: Stock): Promise<void>;
  findReservation(on: Queryable, orderId: string): Promise<Reservation | undefined>;
  lockReservations(transaction: Transaction, orderIds: readonly string[]): Promise<Reservation[]>;
  /** @throws {KitError} `reservation_race` (transient) when another transaction was first with one of them. */
  insertReservations(transaction: Transaction, reservations: readonly Reservation[]): Promise<void>;
  updateReservations(transaction: Transaction, reservations: readonly Reservation[]): Promise<void>;
}

const reservationColumns = 'order_id as "orderId", status, lines';

export function createInventoryStore(): InventoryStore {
  return {
    listStock: (on) => on.query('select sku, available, reserved from stock order by sku'),
    async addStock(on, sku, quantity) {
      const [level] = await on.query<Level & { sku: string }>(
        `insert into stock (sku, available) values ($1, $2)
         on conflict (sku) do update set available = stock.available + excluded.available
         returning sku, available, reserved`,
        [sku, quantity],
      );
      if (!level) throw new Error('An upsert returns its row');
      return level;
    },
    async lockStock(transaction, skus) {
      const levels = await transaction.query<Level & { sku: string }>(
        'select sku, available, reserved from stock where sku = any($1) order by sku for update',
        [skus],
      );
      return Object.fromEntries(levels.map(({ sku, ...level }) => [sku, level]));
    },
    async updateStock(transaction, stock) {
      const levels = Object.values(stock);
      await transaction.query(
        `update stock set available = level.available, reserved = level.reserved
         from unnest($1::text[], $2::bigint[], $3::bigint[]) as level (sku, available, reserved)
         where stock.sku = level.sku and stock.available <> level.available`,
        [
          Object.keys(stock),
          levels.map(({ available }) => available),
          levels.map(({ reserved }) => reserved),
        ],
      );
    },
    async findReservation(on, orderId) {
      const query = `select ${reservationColumns} from reservations where order_id = $1`;
      return (await on.query<Reservation>(query, [orderId]))[0];
    },
    lockReservations: (transaction, orderIds) =>
      transaction.query<Reservation>(
        `select ${reservationColumns} from reservations where order_id = any($1) order by order_id for update`,
        [orderIds],
      ),
    async insertReservations(transaction, reservations) {
      const inserted = await transaction.query(
        `insert into reservations (order_id, status, lines)
         select * from unnest($1::uuid[], $2::text[], $3::jsonb[]) as entry (order_id, status, lines)
         order by order_id
         on conflict do nothing returning order_id`,
        [
          reservations.map(({ orderId }) => orderId),
          reservations.map(({ status }) => status),
          reservations.map(({ lines }) => JSON.stringify(lines)),
        ],
      );
      // A row that does not exist yet cannot be locked; whoever comes second decides again, and finds it.
      if (inserted.length < reservations.length) {
        throw new KitError('reservation_race', 'Another transaction has decided about the same order', {
          transient: true,
        });
      }
    },
    async updateReservations(transaction, reservations) {
      await transaction.query(
        `update reservations set status = entry.status, changed_at = now()
         from unnest($1::uuid[], $2::text[]) as entry (order_id, status)
         where reservations.order_id = entry.order_id`,
        [reservations.map(({ orderId }) => orderId), reservations.map(({ status }) => status)],
      );
    },
  };
}
