import type { Database, Outbox, WorkerDefinition } from '@tocsin/kit';
import { applyAll } from './events.ts';
import type { ShipmentMetrics } from './metrics.ts';
import type { ShippingStore } from './store.ts';

const atOnce = 100;

/**
 * Gives up shipments that have waited too long for an address.
 * @param deps.caughtUp false while the replica still reads: the address may be among what it has not read.
 */
export function addressDeadline(
  deps: {
    database: Database;
    outbox: Outbox;
    shipping: ShippingStore;
    metrics: ShipmentMetrics;
    caughtUp(): boolean;
  },
  waitMs: number,
): WorkerDefinition {
  const { database, outbox, shipping, metrics, caughtUp } = deps;
  return {
    name: 'address-deadline',
    everyMs: 1000,
    async run() {
      metrics.waiting(await shipping.countWaiting(database));
      const overdue = caughtUp() ? await shipping.overdue(database, waitMs, atOnce) : [];
      if (overdue.length === 0) return false;
      await database.transaction(async (transaction) => {
        const facts = overdue.map((shipment) => ({ type: 'waited-too-long', ...shipment }) as const);
        await outbox.append(transaction, await applyAll(deps, transaction, facts));
      });
      return true;
    },
  };
}
