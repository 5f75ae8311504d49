import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paymentAuthorized, shipmentDispatched } from '@tocsin/contracts';
import { type EventShape, type Reactions, type ReceivedEvent, systemClock } from '@tocsin/kit';
import { cleanup, createTestDatabase, testDeps, until } from '@tocsin/kit/testing/backing';
import type { Fact, Order } from './domain/order.ts';
import { createEventStore } from './event-store.ts';
import { orderReactions } from './events.ts';
import { orderRoutes } from './http.ts';
import { createOrderMetrics } from './metrics.ts';
import { rebuildView, viewReactions } from './view.ts';
import { createOrderView, type ListedOrder } from './view-store.ts';

const customerId = '01938a3e-2222-7000-8000-000000000002';
const twoMugs = { customerId, lines: [{ sku: 'mug', quantity: 2 }], paymentToken: 'tok_ok' };

const envelope = { id: 'any', key: 'any', time: new Date(), traceparent: undefined };
const authorized = (orderId: string): Fact => ({
  ...envelope,
  type: paymentAuthorized.type,
  data: { orderId, customerId, chargeId: 'c', amountCents: 1900, currency: 'EUR', lines: twoMugs.lines },
});
const dispatched = (orderId: string): Fact => ({
  ...envelope,
  type: shipmentDispatched.type,
  data: { orderId, shipmentId: customerId, trackingNumber: 'T-1' },
});

test('the same key again gets the same answer, and one order', async (t) => {
  const { post, published, sum } = await createOrders(cleanup(t));
  const [first, second] = await Promise.all([post('key', twoMugs), post('key', twoMugs)]);
  assert.deepEqual(first, { ...first, status: 'placed', totalCents: 1900, currency: 'EUR' });
  assert.deepEqual([second, await post('key', twoMugs)], [first, first]);
  assert.deepEqual(published, ['order.placed.v1']);
  assert.equal(await sum('orders_placed_total'), 1);
  await assert.rejects(post('key', { ...twoMugs, paymentToken: 'tok_slow' }), { status: 422 });
});

test('what we do not sell is refused, and its key may be used for something better', async (t) => {
  const { post, published, sum } = await createOrders(cleanup(t));
  const ghost = { ...twoMugs, lines: [...twoMugs.lines, { sku: 'ghost', quantity: 1 }] };
  await assert.rejects(post('key', ghost), { status: 422, message: 'There is no ghost in the catalogue' });
  assert.deepEqual([published, await sum('orders_placed_total')], [[], 0]);
  await post('key', twoMugs);
});

test('two facts of one order at once: the second waits, and adds to what the first has added', async (t) => {
  const { post, get, hear, somebodyWaits, sum } = await createOrders(cleanup(t));
  const { orderId } = await post('key', twoMugs);
  let second: Promise<void> | undefined;
  await hear(authorized(orderId), async () => {
    second = hear(dispatched(orderId));
    await until('the second waits for the first', somebodyWaits);
  });
  await second;
  const { status, history } = await get(orderId);
  assert.deepEqual(
    [status, ...history.map(({ type }) => type)],
    ['shipped', 'order.placed.v1', 'order.confirmed.v1', 'order.shipped.v1'],
  );
  assert.equal(await sum('orders_finished_total'), 1);
});

test('the list is one of a customer, newest first, page by page', async (t) => {
  const { post, show, list } = await createOrders(cleanup(t));
  const mine: string[] = [];
  for (let n = 0; n < 51; n++) mine.unshift((await post(`key ${n}`, twoMugs)).orderId);
  const another = await post('key', { ...twoMugs, customerId: '01938a3e-3333-7000-8000-000000000003' });
  await show(...mine, another.orderId);
  const first = await list();
  const second = await list(first.next);
  assert.deepEqual([first.orders.length, second.orders.length, second.next], [50, 1, undefined]);
  assert.deepEqual(
    [...first.orders, ...second.orders].map(({ orderId }) => orderId),
    mine,
  );
});

test('the view is made again from the event store, and what it then hears again changes nothing', async (t) => {
  const { post, hear, show, list, database, rebuild } = await createOrders(cleanup(t));
  const { orderId } = await post('key', twoMugs);
  const other = await post('other key', twoMugs);
  await hear(dispatched(orderId));
  await show(orderId, other.orderId);
  const before = await list();
  assert.deepEqual(
    before.orders.map(({ status }) => status),
    ['placed', 'shipped'],
  );
  await database.query("update order_view set version = 99, status = 'cancelled', total_cents = 1");

  assert.equal(await rebuild(), 2);
  assert.deepEqual(await list(), before);
  await show(orderId);
  assert.deepEqual(await list(), before);
});

/** The service on a real database, without a broker: `hear` and `show` are what its two groups do. */
async function createOrders(clean: AsyncDisposableStack) {
  const deps = testDeps();
  const { database } = await createTestDatabase(deps, clean, new URL('../migrations/', import.meta.url));
  const events = createEventStore();
  const view = createOrderView();
  const metrics = createOrderMetrics(deps.metrics);
  const published: string[] = [];
  const outbox = {
    append: async (_transaction: unknown, added: readonly { type: string }[]) =>
      void published.push(...added.map(({ type }) => type)),
  };
  const routes = orderRoutes({ database, outbox, clock: systemClock, events, view, metrics });
  const reactions = orderReactions({ events, metrics });

  const call = async (method: string, path: string, sent: object) => {
    const route = routes.find((each) => each.method === method && each.path === path);
    const nothing = { params: {}, query: {}, headers: {}, body: {}, signal: AbortSignal.timeout(10_000) };
    return (await route?.handle({ ...nothing, ...sent }))?.body;
  };
  const handle = <D extends EventShape, World>(
    group: Reactions<D, World>,
    received: readonly ReceivedEvent<D>[],
    beforeSave = async () => {},
  ) =>
    database.transaction(async (transaction) => {
      const world = await group.load(transaction, received);
      for (const event of received) group.react(world, event);
      await beforeSave();
      await group.save(transaction, world);
    });

  return {
    database,
    published,
    post: async (key: string, body: object) =>
      (await call('post', '/orders', { headers: { 'idempotency-key': key }, body })) as Order,
    get: async (orderId: string) => (await call('get', '/orders/:orderId', { params: { orderId } })) as Order,
    list: async (after?: string) =>
      (await call('get', '/orders', { query: { customerId, after } })) as {
        orders: ListedOrder[];
        next?: string;
      },
    hear: (fact: Fact, beforeSave?: () => Promise<void>) => handle(reactions, [fact], beforeSave),
    async somebodyWaits() {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await database.query(waiting)).length > 0;
    },
    async show(...orderIds: string[]) {
      const streams = await Promise.all(orderIds.map((orderId) => events.stream(database, orderId)));
      await handle(
        viewReactions(view),
        streams.flat().map((event) => ({ ...envelope, ...event })),
      );
    },
    rebuild: () => rebuildView({ database, events, view }),
    async sum(name: string) {
      const metric = await deps.metrics.registry.getSingleMetric(name)?.get();
      return metric?.values.reduce((total, { value }) => total + value, 0);
    },
  };
}
