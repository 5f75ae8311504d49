import type { groups } from '@tocsin/contracts';
import type { Reactions } from '@tocsin/kit';
import { type Charge, react } from './charge.ts';
import type { ChargeStore, Traced } from './store.ts';

interface World {
  readonly charges: Map<string, Charge>;
  readonly changed: Map<string, Traced>;
}

/** Orders placed and cancelled, and stock reserved for them: what is to be charged, and what no more. */
export function chargeReactions(deps: {
  charges: ChargeStore;
  /** Called when charges have changed: the bank may have to be asked. */
  changed(): void;
}): Reactions<(typeof groups.payments.events)[number], World> {
  const { charges, changed } = deps;
  return {
    async load(transaction, events) {
      const orderIds = events.map(({ data }) => data.orderId);
      await charges.open(transaction, orderIds);
      const locked = await charges.lock(transaction, orderIds);
      return {
        charges: new Map(locked.map((charge) => [charge.orderId, charge])),
        changed: new Map(),
      };
    },
    react(world, event) {
      const before = world.charges.get(event.data.orderId);
      const { state, events } = react(before, event);
      if (state !== before) {
        world.charges.set(state.orderId, state);
        world.changed.set(state.orderId, { charge: state, traceparent: event.traceparent });
      }
      return events;
    },
    async save(transaction, world) {
      if (world.changed.size === 0) return;
      await charges.save(transaction, [...world.changed.values()]);
      transaction.afterCommit(changed);
    },
  };
}
