import type { groups } from '@tocsin/contracts';
import type { Database, Reactions, Transaction } from '@tocsin/kit';
import type { OrderEvent } from './domain/order-event.ts';
import { type OrderRow, project } from './domain/order-row.ts';
import type { EventStore } from './event-store.ts';
import type { OrderView } from './view-store.ts';

type Rows = Map<string, OrderRow>;

/** Makes the list of orders from the events that this service itself has published. */
export function viewReactions(view: OrderView): Reactions<(typeof groups.ordersView.events)[number], Rows> {
  return {
    load: (transaction, events) => lockRows(view, transaction, events),
    react(rows, event) {
      show(rows, event);
      return [];
    },
    save: (transaction, rows) => view.save(transaction, [...rows.values()]),
  };
}

const ordersAtATime = 500;

/**
 * Empties the view and makes it again from the event store, never from the topic, which forgets. Until it is done the
 * list is incomplete; events may go on arriving meanwhile.
 * @returns how many orders it has.
 */
export async function rebuildView(deps: {
  database: Database;
  events: EventStore;
  view: OrderView;
}): Promise<number> {
  const { database, events, view } = deps;
  await view.clear(database);
  let after: string | undefined;
  for (let count = 0; ; ) {
    const streams = await events.page(database, after, ordersAtATime);
    if (streams.length === 0) return count;
    await database.transaction(async (transaction) => {
      const stored = streams.flat();
      const rows = await lockRows(view, transaction, stored);
      for (const event of stored) show(rows, event);
      await view.save(transaction, [...rows.values()]);
    });
    count += streams.length;
    after = streams.at(-1)?.at(0)?.data.orderId;
  }
}

async function lockRows(
  view: OrderView,
  transaction: Transaction,
  events: readonly OrderEvent[],
): Promise<Rows> {
  const rows = await view.lock(
    transaction,
    events.map(({ data }) => data.orderId),
  );
  return new Map(rows.map((row) => [row.orderId, row]));
}

const show = (rows: Rows, event: OrderEvent) =>
  void rows.set(event.data.orderId, project(rows.get(event.data.orderId), event));
