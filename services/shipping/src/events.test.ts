import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paymentAuthorized } from '@tocsin/contracts';
import type { Outbox, Transaction } from '@tocsin/kit';
import { cleanup, createTestDatabase, testDeps, until } from '@tocsin/kit/testing/backing';
import { addressDeadline } from './deadline.ts';
import { addressReplica, paymentReactions } from './events.ts';
import { createShipmentMetrics } from './metrics.ts';
import { createShippingStore } from './store.ts';

const orderId = '01938a3e-1111-7000-8000-000000000001';
const customerId = '01938a3e-2222-7000-8000-000000000001';
const address = { line1: 'Hauptstraße 1', city: 'Bonn', postcode: '53111', country: 'DE' };
const known = {
  key: customerId,
  version: 1,
  data: { customerId, version: 1, name: 'Ada', address },
};
const erased = { key: customerId, version: 2, data: undefined };

test('an address that comes while its shipment is being stored waits, and then finds it', async (t) => {
  const { transaction, pay, hear, blocked, shipment } = await createShipping(cleanup(t));
  let hearing: Promise<string[]> | undefined;
  const paying = await transaction(async (first) => {
    const caused = await pay(first);
    hearing = transaction((second) => hear(second, known));
    await blocked();
    return caused;
  });
  assert.deepEqual([paying, await hearing], [[], ['shipment.dispatched.v1']]);
  assert.equal((await shipment())?.status, 'dispatched');
});

test('a payment that comes while the address is being stored waits, and then finds it', async (t) => {
  const { transaction, pay, hear, blocked, shipment } = await createShipping(cleanup(t));
  let paying: Promise<string[]> | undefined;
  const hearing = await transaction(async (first) => {
    const caused = await hear(first, known);
    paying = transaction((second) => pay(second));
    await blocked();
    return caused;
  });
  assert.deepEqual([hearing, await paying], [[], ['shipment.dispatched.v1']]);
  assert.deepEqual((await shipment())?.address, address);
});

test('an address that comes while time runs out finds a shipment that has failed, once', async (t) => {
  const { transaction, pay, hear, blocked, deadline, published, outcomes } = await createShipping(cleanup(t));
  await transaction((first) => pay(first));
  let hearing: Promise<string[]> | undefined;
  await deadline(0, async () => {
    hearing = transaction((second) => hear(second, known));
    await blocked();
  });
  assert.deepEqual(await hearing, []);
  assert.deepEqual(published, ['shipment.failed.v1']);
  assert.deepEqual(await outcomes(), { waiting: 1, dispatched: 0, no_address: 1, customer_erased: 0 });
});

test('nothing is given up before its time, or while addresses are still being read', async (t) => {
  const { transaction, pay, deadline, published, replica } = await createShipping(cleanup(t));
  await transaction((each) => pay(each));
  await deadline(60_000);
  replica.caughtUp = false;
  await deadline(0);
  assert.deepEqual(published, []);
  replica.caughtUp = true;
  await deadline(0);
  assert.deepEqual(published, ['shipment.failed.v1']);
});

test('erasure reaches the copy, and shipments that went out long ago', async (t) => {
  const { transaction, pay, hear, shipment, database } = await createShipping(cleanup(t));
  await transaction((each) => hear(each, known));
  await transaction((each) => pay(each));
  assert.deepEqual((await shipment())?.address, address);
  await transaction((each) => hear(each, erased));
  // A state that was delayed comes after the tombstone.
  await transaction((each) => hear(each, known));
  assert.equal((await shipment())?.address, null);
  assert.deepEqual(await database.query('select version, address, erased from recipients'), [
    { version: 2, address: null, erased: true },
  ]);
});

/** The three ways into shipping on a real database, each in a transaction that the test holds open. */
async function createShipping(clean: AsyncDisposableStack) {
  const deps = testDeps();
  const { database } = await createTestDatabase(deps, clean, new URL('../migrations/', import.meta.url));
  const metrics = createShipmentMetrics(deps.metrics);
  const shipping = createShippingStore();
  const payments = paymentReactions({ shipping, metrics });
  const addresses = addressReplica({ shipping, metrics });
  const published: string[] = [];
  const replica = { caughtUp: true };

  return {
    database,
    published,
    replica,
    transaction: <T>(work: (transaction: Transaction) => Promise<T>) => database.transaction(work),
    async pay(transaction: Transaction) {
      const event = {
        id: 'any',
        type: paymentAuthorized.type,
        key: orderId,
        time: new Date(),
        traceparent: undefined,
        data: {
          orderId,
          customerId,
          chargeId: 'ch_1',
          amountCents: 950,
          currency: 'EUR' as const,
          lines: [{ sku: 'mug', quantity: 1 }],
        },
      };
      const world = await payments.load(transaction, [event]);
      const caused = payments.react(world, event);
      await payments.save(transaction, world);
      return caused.map(({ type }) => type);
    },
    async hear(transaction: Transaction, state: typeof known | typeof erased) {
      return (await addresses.apply(transaction, [state])).map(({ type }) => type);
    },
    /** One run of the worker; `beforeCommit` happens while its transaction is open. */
    async deadline(waitMs: number, beforeCommit = async () => {}) {
      const outbox: Outbox = {
        async append(_transaction, events) {
          published.push(...events.map(({ type }) => type));
          await beforeCommit();
        },
      };
      const caughtUp = () => replica.caughtUp;
      const worker = addressDeadline({ database, outbox, shipping, metrics, caughtUp }, waitMs);
      await worker.run(AbortSignal.timeout(30_000));
    },
    /** Until some transaction waits for a lock that another one holds. */
    blocked: () =>
      until('a transaction waits for the other', async () => {
        const waiting = await database.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      }),
    shipment: () => shipping.find(database, orderId),
    async outcomes() {
      const metric = await deps.metrics.registry.getSingleMetric('shipping_shipments_total')?.get();
      return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels.outcome, value]));
    },
  };
}
