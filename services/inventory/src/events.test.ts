import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderPlaced, paymentDeclined } from '@tocsin/contracts';
import { cleanup, createTestDatabase, testDeps } from '@tocsin/kit/testing/backing';
import { inventoryReactions } from './events.ts';
import { createReservationMetrics } from './metrics.ts';
import type { InventoryEvent } from './reservation.ts';
import { createInventoryStore } from './store.ts';

const orderId = '01938a3e-1111-7000-8000-000000000001';
const received = { id: 'any', key: orderId, time: new Date(0), traceparent: undefined };
const placed: InventoryEvent = {
  ...received,
  type: orderPlaced.type,
  data: {
    orderId,
    version: 1,
    customerId: '01938a3e-2222-7000-8000-000000000001',
    lines: [{ sku: 'mug', quantity: 3, unitPriceCents: 950 }],
    totalCents: 2850,
    currency: 'EUR',
    paymentToken: 'tok_declined',
  },
};
const declined: InventoryEvent = {
  ...received,
  type: paymentDeclined.type,
  data: { orderId, reason: 'payment_declined' },
};

test('what is decided in one transaction is found by the next, and counted when committed', async (t) => {
  const { handle, mug, outcomes } = await createInventory(cleanup(t));
  assert.deepEqual(await handle([placed]), ['stock.reserved.v1']);
  assert.deepEqual(await mug(), { sku: 'mug', available: 999_997, reserved: 3 });
  assert.deepEqual(await handle([declined, placed]), ['stock.released.v1']);
  assert.deepEqual(await mug(), { sku: 'mug', available: 1_000_000, reserved: 0 });
  assert.deepEqual(await outcomes(), { reserved: 1, rejected: 0, released: 1 });
});

test('two that decide about the same new order at once: the second decides again', async (t) => {
  const { handle, mug, outcomes } = await createInventory(cleanup(t));
  const meanwhile = async () => assert.deepEqual(await handle([declined]), []);
  await assert.rejects(handle([placed], meanwhile), { code: 'reservation_race', transient: true });
  assert.deepEqual(await handle([placed]), []);
  assert.deepEqual(await mug(), { sku: 'mug', available: 1_000_000, reserved: 0 });
  assert.deepEqual(await outcomes(), { reserved: 0, rejected: 0, released: 1 });
});

/** The reactions on a real database, handled as the kit's inbox does it. */
async function createInventory(clean: AsyncDisposableStack) {
  const deps = testDeps();
  const { database } = await createTestDatabase(deps, clean, new URL('../migrations/', import.meta.url));
  const inventory = createInventoryStore();
  const reactions = inventoryReactions({ inventory, metrics: createReservationMetrics(deps.metrics) });

  return {
    handle: (events: readonly InventoryEvent[], beforeSave = async () => {}) =>
      database.transaction(async (transaction) => {
        const world = await reactions.load(transaction, events);
        const caused = events.flatMap((event) => reactions.react(world, event));
        await beforeSave();
        await reactions.save(transaction, world);
        return caused.map(({ type }) => type);
      }),
    mug: async () => (await inventory.listStock(database)).find(({ sku }) => sku === 'mug'),
    async outcomes() {
      const metric = await deps.metrics.registry.getSingleMetric('inventory_reservations_total')?.get();
      return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels.outcome, value]));
    },
  };
}
