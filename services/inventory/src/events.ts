import { type groups, orderPlaced } from '@tocsin/contracts';
import type { Reactions } from '@tocsin/kit';
import type { ReservationMetrics } from './metrics.ts';
import { type InventoryEvent, type Reservation, react, type Stock } from './reservation.ts';
import type { InventoryStore } from './store.ts';

interface World {
  stock: Stock;
  readonly reservations: Map<string, Reservation>;
  /** The reservations as they were loaded. */
  readonly before: ReadonlyMap<string, Reservation>;
}

/** Orders and what becomes of their payments, against the stock. */
export function inventoryReactions(deps: {
  inventory: InventoryStore;
  metrics: ReservationMetrics;
}): Reactions<(typeof groups.inventory.events)[number], World> {
  const { inventory, metrics } = deps;
  return {
    async load(transaction, events) {
      const orderIds = events.map(({ data }) => data.orderId);
      const locked = await inventory.lockReservations(transaction, orderIds);
      const lines = [...locked, ...events.flatMap(placedOrder)].flatMap((order) => order.lines);
      const stock = await inventory.lockStock(
        transaction,
        lines.map(({ sku }) => sku),
      );
      const before = new Map(locked.map((reservation) => [reservation.orderId, reservation]));
      return { stock, reservations: new Map(before), before };
    },
    react(world, event) {
      const { orderId } = event.data;
      const { stock, reservations } = world;
      const { state, events } = react({ stock, reservation: reservations.get(orderId) }, event);
      world.stock = state.stock;
      reservations.set(orderId, state.reservation);
      return events;
    },
    async save(transaction, { stock, reservations, before }) {
      const changed = [...reservations.values()].filter(
        ({ orderId, status }) => before.get(orderId)?.status !== status,
      );
      const isNew = ({ orderId }: Reservation) => !before.has(orderId);
      await inventory.insertReservations(transaction, changed.filter(isNew));
      await inventory.updateReservations(
        transaction,
        changed.filter((reservation) => !isNew(reservation)),
      );
      await inventory.updateStock(transaction, stock);
      transaction.afterCommit(() => {
        for (const { status } of changed) metrics.decided(status);
      });
    },
  };
}

const placedOrder = (event: InventoryEvent) => (event.type === orderPlaced.type ? [event.data] : []);
