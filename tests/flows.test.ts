import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createLog, openDatabase } from '@tocsin/kit';
import { type RunningParts, startParts } from '@tocsin/ops';
import { reconcile } from '../packages/ops/src/reconcile/reconcile.ts';
import { createShop, persist, someAddress } from './shop.ts';

const log = createLog({ service: 'test', release: 'test', level: 'fatal' });
let stack: RunningParts;
let shop: ReturnType<typeof createShop>;

before(async () => {
  stack = await startParts({
    root: path.resolve(import.meta.dirname, '..'),
    parts: [
      ...['kafka', 'postgres', 'topics', 'databases', 'bank'],
      ...['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'],
    ],
    environment: { payments: { BANK_GIVE_UP_MS: '2000' }, shipping: { ADDRESS_WAIT_MS: '2000' } },
  });
  shop = createShop(stack);
});
after(() => stack?.stop());

async function place(customerId: string, sku: string, token: string): Promise<string> {
  const { status, body } = await shop.order(customerId, sku, token);
  assert.equal(status, 202, JSON.stringify(body));
  return body.orderId;
}

const charges = async (orderId: string) => (await shop.call('payments', `/charges/${orderId}`)).body;
const ledger = async (orderId: string) => {
  const { body } = await shop.call('bank', '/ledger?since=2020-01-01T00:00:00Z');
  return body.entries
    .filter((entry: { key: string }) => entry.key === orderId)
    .map((entry: { kind: string }) => entry.kind);
};
const reservation = async (orderId: string) =>
  (await shop.call('inventory', `/reservations/${orderId}`)).body.status;

test('an order is placed, reserved, paid, dispatched and shipped, and its customer is told', async () => {
  const customerId = await shop.register();
  const orderId = await place(customerId, 'mug', 'tok_ok');
  const seen = await shop.ended(orderId);
  assert.deepEqual(
    [seen.status, seen.history.map(({ type }) => type)],
    ['shipped', ['order.placed.v1', 'order.confirmed.v1', 'order.shipped.v1']],
  );
  assert.equal((await charges(orderId)).status, 'authorized');
  assert.equal((await shop.call('shipping', `/shipments/${orderId}`)).body.status, 'dispatched');
  assert.deepEqual(await ledger(orderId), ['charge']);
  await persist('two messages', async () => {
    const { body } = await shop.call('notifications', `/messages?customerId=${customerId}`);
    const sent = body.messages.filter((message: { status: string }) => message.status === 'sent');
    assert.equal(sent.length, 2, JSON.stringify(body));
  });
  await persist('the list', async () => {
    const { body } = await shop.call('orders', `/orders?customerId=${customerId}`);
    assert.deepEqual(
      body.orders.map((row: { orderId: string; status: string }) => [row.orderId, row.status]),
      [[orderId, 'shipped']],
    );
  });
});

test('the same Idempotency-Key places one order', async () => {
  const customerId = await shop.register();
  const key = randomUUID();
  const answers = await Promise.all([1, 2, 3].map(() => shop.order(customerId, 'mug', 'tok_ok', key)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
  assert.equal(new Set(answers.map(({ body }) => body.orderId)).size, 1);
});

test('what is not in stock is rejected, and nobody is charged', async () => {
  const orderId = await place(await shop.register(), 'unicorn', 'tok_ok');
  const { status, reason } = await shop.ended(orderId);
  assert.deepEqual([status, reason], ['cancelled', 'out_of_stock']);
  assert.deepEqual(await ledger(orderId), []);
});

test('a declined payment cancels the order and releases its stock', async () => {
  const orderId = await place(await shop.register(), 'lamp', 'tok_declined');
  const { status, reason } = await shop.ended(orderId);
  assert.deepEqual([status, reason], ['cancelled', 'payment_declined']);
  await persist('the stock', async () => assert.equal(await reservation(orderId), 'released'));
});

test('a slow bank delays an order and charges it once', async () => {
  const orderId = await place(await shop.register(), 'lamp', 'tok_slow');
  assert.equal((await shop.ended(orderId)).status, 'shipped');
  assert.deepEqual(await ledger(orderId), ['charge']);
});

test('a bank that fails for too long is given up: the key is void, the order cancelled', async () => {
  const orderId = await place(await shop.register(), 'desk', 'tok_error');
  const { status, reason } = await shop.ended(orderId);
  assert.deepEqual([status, reason], ['cancelled', 'party_unavailable']);
  assert.deepEqual(await ledger(orderId), []);
  const later = await shop.post(
    'bank',
    '/charges',
    { amountCents: 24_900, currency: 'EUR', token: 'tok_ok' },
    { 'idempotency-key': orderId },
  );
  assert.notEqual(later.status, 201, 'a void key charges nobody');
});

test('an order without an address is refunded, and its stock released', async () => {
  const orderId = await place(randomUUID(), 'mug', 'tok_ok');
  const { status, reason } = await shop.ended(orderId);
  assert.deepEqual([status, reason], ['cancelled', 'no_address']);
  await persist('the refund', async () => assert.deepEqual(await ledger(orderId), ['charge', 'refund']));
  await persist('the stock', async () => assert.equal(await reservation(orderId), 'released'));
});

test('an erased customer gets nothing: refunded, released, forgotten', async () => {
  const customerId = await shop.register();
  await persist('the welcome', async () => {
    const { body } = await shop.call('notifications', `/messages?customerId=${customerId}`);
    assert.equal(body.messages[0]?.status, 'sent');
  });
  assert.equal((await shop.call('customers', `/customers/${customerId}`, { method: 'DELETE' })).status, 204);
  assert.equal((await shop.call('customers', `/customers/${customerId}`)).status, 404);
  const orderId = await place(customerId, 'mug', 'tok_ok');
  const { status, reason } = await shop.ended(orderId);
  assert.deepEqual([status, reason], ['cancelled', 'customer_erased']);
  await persist('the refund', async () => assert.deepEqual(await ledger(orderId), ['charge', 'refund']));
  await persist('oblivion', async () => {
    const { body } = await shop.call('notifications', `/messages?customerId=${customerId}`);
    assert.ok(body.messages.every((message: { subject: string | null }) => message.subject === null));
  });
});

test('a move reaches shipping before the next order', async () => {
  const customerId = await shop.register();
  const moved = await shop.call('customers', `/customers/${customerId}/address`, {
    method: 'PUT',
    body: JSON.stringify({ ...someAddress, city: 'Köln' }),
  });
  assert.equal(moved.status, 200);
  await persist('the new address', async () => {
    const orderId = await place(customerId, 'mug', 'tok_ok');
    assert.equal((await shop.ended(orderId)).status, 'shipped');
    const { body } = await shop.call('shipping', `/shipments/${orderId}`);
    assert.equal(body.address.city, 'Köln');
  });
});

test('a sku that is not in the catalogue, and a body that is none, are refused in words', async () => {
  const customerId = await shop.register();
  assert.equal((await shop.order(customerId, 'yeti', 'tok_ok')).status, 422);
  const malformed = await shop.post('orders', '/orders', { customerId }, { 'idempotency-key': randomUUID() });
  assert.equal(malformed.status, 400);
  assert.match(malformed.body.detail, /lines/);
});

test('text that no database keeps is the fault of its sender', async () => {
  const customerId = await shop.register();
  for (const odd of ['a\0b', 'half \ud83d']) {
    const customer = { name: 'Ada', email: 'ada@example.com', address: someAddress };
    const answers = [
      await shop.post('customers', '/customers', { ...customer, name: odd }),
      await shop.post('customers', '/customers', { ...customer, address: { ...someAddress, city: odd } }),
      await shop.order(customerId, 'mug', odd),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400],
      JSON.stringify(answers),
    );
  }
});

/** All that a migration may do to a table while the release before it runs: tests/expanding.ts refuses the rest. */
async function applyNextMigration(service: string) {
  const url = Object.assign(new URL(stack.env.POSTGRES_URL ?? ''), { pathname: `/${service}` }).href;
  const database = openDatabase({ log }, url, 'next');
  try {
    const tables = await database.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename not like '%migrations'",
    );
    for (const { name } of tables) {
      await database.query(`alter table ${name} add column next_note text`);
      await database.query(`alter table ${name} add column next_channel text not null default 'web'`);
      await database.query(`create index on ${name} (next_channel)`);
    }
    await database.query("insert into service_migrations (name, run_on) values ('9999_next', now())");
    return tables.length;
  } finally {
    await database.close();
  }
}

test('this release goes on, and starts anew, on the schema of the next one', async () => {
  const services = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'];
  for (const service of services) assert.ok((await applyNextMigration(service)) > 2, service);
  const customerId = await shop.register();
  const running = await place(customerId, 'mug', 'tok_ok');
  assert.equal((await shop.ended(running)).status, 'shipped');
  await Promise.all(
    services.map(async (service) => {
      await stack.hold(service);
      stack.release(service);
      await stack.ready(service);
    }),
  );
  const started = [await place(customerId, 'mug', 'tok_ok'), await place(customerId, 'mug', 'tok_declined')];
  const ends = await Promise.all(started.map((orderId) => shop.ended(orderId)));
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['shipped', 'cancelled'],
  );
  for (const service of services) assert.equal(stack.restarts(service), 0, service);
});

test('in the end everything adds up: the topics agree with the ledger of the bank', async () => {
  const from = {
    kafka: { brokers: (stack.env.KAFKA_BROKERS ?? '').split(',') },
    bankUrl: `http://127.0.0.1:${stack.ports.bank.http}`,
  };
  await persist('agreement', async () => {
    const report = await reconcile({ log }, from, { since: new Date(0), until: new Date() });
    assert.deepEqual(report.mismatches, []);
    assert.ok(report.judged >= 9 && report.shipped >= 3 && report.cancelled >= 5, JSON.stringify(report));
  });
});
