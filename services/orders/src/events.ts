import type { groups } from '@tocsin/contracts';
import type { Reactions } from '@tocsin/kit';
import { fold, hasEnded, type Order, react } from './domain/order.ts';
import type { NewOrderEvent } from './domain/order-event.ts';
import type { EventStore } from './event-store.ts';
import type { OrderMetrics } from './metrics.ts';

interface World {
  readonly orders: Map<string, Order>;
  readonly added: NewOrderEvent[];
}

/** What became of the stock, the payment and the shipment decides what becomes of the order. */
export function orderReactions(deps: {
  events: EventStore;
  metrics: OrderMetrics;
}): Reactions<(typeof groups.orders.events)[number], World> {
  return {
    async load(transaction, facts) {
      const streams = await deps.events.lock(
        transaction,
        facts.map(({ data }) => data.orderId),
      );
      const orders = streams.flatMap((stream) => fold(stream) ?? []);
      return { orders: new Map(orders.map((order) => [order.orderId, order])), added: [] };
    },
    react({ orders, added }, fact) {
      const { state, events } = react(orders.get(fact.data.orderId), fact);
      if (state) orders.set(state.orderId, state);
      added.push(...events);
      return events;
    },
    async save(transaction, { orders, added }) {
      if (added.length === 0) return;
      await deps.events.append(transaction, added);
      const changed = new Set(added.map(({ data }) => data.orderId));
      const ended = [...orders.values()].filter((order) => changed.has(order.orderId) && hasEnded(order));
      transaction.afterCommit(() => {
        for (const order of ended) deps.metrics.finished(order.reason ?? 'shipped', secondsTaken(order));
      });
    },
  };
}

/** By the clocks of two services, which may differ a little. */
function secondsTaken({ history }: Order): number {
  const [first, last] = [history.at(0), history.at(-1)];
  return first && last ? Math.max(0, Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0;
}
