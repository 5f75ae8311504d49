import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cleanup, testDeps, until } from '@tocsin/kit/testing/backing';
import type { Errand } from './errand.ts';
import { goShopping } from './journey.ts';
import { createRegulars } from './regulars.ts';
import { createShop } from './shop.ts';
import { openTestShop } from './test-shop.ts';

const buyMug: Errand = { returning: true, sku: 'mug', paymentToken: 'tok_ok', expected: 'shipped' };
const buyUnicorn: Errand = { ...buyMug, sku: 'unicorn', expected: 'cancelled' };

test('a shopper registers, orders and sees it shipped; the next one comes back as the same customer', async (t) => {
  const { go, shop } = await street(t);
  shop.looks.push(
    { status: 200, body: { status: 'placed' } },
    { status: 200, body: { status: 'confirmed' } },
  );
  const journey = await go(buyMug);
  assert.equal(journey?.outcome, 'shipped');
  assert.ok((journey.shippedAfterMs ?? 0) > 0);
  await go(buyMug);
  assert.deepEqual(
    shop.requests.map(({ method, path }) => `${method} ${path}`),
    [
      'POST /customers',
      'POST /orders',
      'GET /orders/order-1',
      'GET /orders/order-1',
      'GET /orders/order-1',
      'POST /orders',
      'GET /orders/order-2',
    ],
  );
  const [first, second] = shop.requests.filter(({ path }) => path === '/orders');
  assert.deepEqual(first?.body, {
    customerId: 'customer-1',
    lines: [{ sku: 'mug', quantity: 1 }],
    paymentToken: 'tok_ok',
  });
  assert.deepEqual(second?.body, first.body);
  assert.notEqual(second?.idempotencyKey, first.idempotencyKey);
});

test('an order that is to be cancelled and is has gone well', async (t) => {
  const { go, shop } = await street(t);
  shop.end = 'cancelled';
  assert.equal((await go(buyUnicorn))?.outcome, 'cancelled_as_expected');
});

test('an order that ends the other way round is unexpected', async (t) => {
  const { go, shop } = await street(t);
  assert.equal((await go(buyUnicorn))?.outcome, 'unexpected');
  shop.end = 'cancelled';
  assert.equal((await go(buyMug))?.outcome, 'unexpected');
});

test('an accepted order that the shop denies is unexpected', async (t) => {
  const { go, shop } = await street(t);
  shop.looks.push({ status: 404, body: {} });
  assert.equal((await go(buyMug))?.outcome, 'unexpected');
});

test('a shop that fails at the door or at the till has failed the shopper', async (t) => {
  const { go, shop } = await street(t);
  shop.failing = '/customers';
  assert.equal((await go(buyMug))?.outcome, 'failed_register');
  shop.failing = '/orders';
  assert.equal((await go(buyMug))?.outcome, 'failed_order');
});

test('a shopper looks again when a look fails, and gives up in the end', async (t) => {
  const { go, shop } = await street(t);
  shop.looks.push({ status: 503, body: {} }, { status: 500, body: {} });
  assert.equal((await go(buyMug))?.outcome, 'shipped');
  shop.end = 'placed';
  assert.equal((await go(buyMug, { giveUpMs: 200 }))?.outcome, 'timed_out');
});

test('nothing is said of a journey that was cut short', async (t) => {
  const { go, shop } = await street(t);
  shop.end = 'placed';
  const stopping = new AbortController();
  const journey = go(buyMug, { signal: stopping.signal });
  await until('she looks', () => shop.requests.some(({ path }) => path.startsWith('/orders/')));
  stopping.abort();
  assert.equal(await journey, undefined);
});

async function street(t: TestContext) {
  const shop = await openTestShop(cleanup(t));
  const deps = {
    shop: createShop(testDeps(), { customers: shop.url, orders: shop.url }),
    regulars: createRegulars(),
  };
  const patient = { giveUpMs: 30_000, signal: new AbortController().signal };
  return {
    shop,
    go: (errand: Errand, options: Partial<typeof patient> = {}) =>
      goShopping(deps, errand, { ...patient, ...options }),
  };
}
