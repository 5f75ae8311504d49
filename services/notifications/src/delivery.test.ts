import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { customerErased, customerRegistered, orderShipped } from '@tocsin/contracts';
import { unavailable } from '@tocsin/kit';
import { cleanup, createTestDatabase, testDeps } from '@tocsin/kit/testing/backing';
import { delivery, retryDelayMs } from './delivery.ts';
import { notificationsReactions } from './events.ts';
import type { Letter } from './letter.ts';
import type { Mailer } from './mailer.ts';
import type { NotificationsEvent } from './message.ts';
import { createMessageMetrics } from './metrics.ts';
import { createNeighbours } from './neighbours.ts';
import { createMessageStore } from './store.ts';

const customerId = '01938a3e-1111-7000-8000-000000000001';
const orderId = '01938a3e-2222-7000-8000-000000000001';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const received = { key: 'any', time: new Date(0), traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
const registered: NotificationsEvent = {
  ...received,
  id: 'registered',
  type: customerRegistered.type,
  data: { customerId },
};
const shipped: NotificationsEvent = {
  ...received,
  id: 'shipped',
  type: orderShipped.type,
  data: { orderId, version: 3, customerId, trackingNumber: 'T-1' },
};
const erased: NotificationsEvent = {
  ...received,
  id: 'erased',
  type: customerErased.type,
  data: { customerId },
};
const minuteMs = 60_000;

test('thin events become mails with what the neighbours say, in the trace of the event', async (t) => {
  const { handle, deliver, listed, mails, asked, ended } = await createNotifications(cleanup(t));
  await handle([registered, shipped]);
  assert.deepEqual(await listed(), { registered: ['pending', null], shipped: ['pending', null] });

  await deliver();
  assert.deepEqual(await listed(), {
    registered: ['sent', 'Welcome'],
    shipped: ['sent', 'Your order is on its way'],
  });
  assert.deepEqual(mails.map(({ recipient, messageId }) => [messageId, recipient]).sort(), [
    ['registered', 'ada@example.com'],
    ['shipped', 'ada@example.com'],
  ]);
  assert.ok(mails.some(({ body }) => body.includes('2 × mug for 19.00 EUR')));
  assert.deepEqual(asked.map(({ path }) => path).sort(), [
    `/customers/${customerId}`,
    `/customers/${customerId}`,
    `/orders/${orderId}`,
  ]);
  for (const { traceparent } of asked) assert.equal(traceparent.slice(3, 35), traceId);
  assert.deepEqual(await ended(), { 'welcome sent': 1, 'order_shipped sent': 1 });

  await handle([registered, shipped]);
  await deliver();
  assert.equal(mails.length, 2, 'an event that comes again sends nothing again');
});

test('a neighbour or a mail server that fails puts the message off, and nothing is lost', async (t) => {
  const { handle, deliver, listed, answers, mails, clock, down } = await createNotifications(cleanup(t));
  answers[`/orders/${orderId}`] = { status: 503 };
  await handle([shipped]);
  await deliver();
  assert.deepEqual(await listed(), { shipped: ['pending', null] });

  answers[`/orders/${orderId}`] = order;
  await deliver();
  assert.equal(mails.length, 0, 'not before its time');

  down.mail = true;
  clock.forward(minuteMs);
  await deliver();
  assert.deepEqual(await listed(), { shipped: ['pending', null] });
  down.mail = false;
  clock.forward(minuteMs);
  await deliver();
  assert.deepEqual(await listed(), { shipped: ['sent', 'Your order is on its way'] });
});

test('a full batch is followed by the next at once, unless it ran into trouble', async (t) => {
  const { handle, deliver, down } = await createNotifications(cleanup(t));
  await handle(Array.from({ length: 40 }, (_, index) => ({ ...registered, id: `registered-${index}` })));
  assert.equal(await deliver(), true);
  down.mail = true;
  assert.equal(await deliver(), false);
});

test('what cannot be sent for a day has failed', async (t) => {
  const { handle, deliver, listed, down, clock, ended } = await createNotifications(cleanup(t));
  down.mail = true;
  await handle([registered]);
  clock.forward(23 * 60 * minuteMs);
  await deliver();
  assert.deepEqual(await listed(), { registered: ['pending', null] });
  clock.forward(2 * 60 * minuteMs);
  await deliver();
  assert.deepEqual(await listed(), { registered: ['failed', null] });
  assert.deepEqual(await ended(), { 'welcome failed': 1 });
});

test('a worker that died with a message leaves it to another', async (t) => {
  const { handle, deliver, listed, clock, messages, database } = await createNotifications(cleanup(t));
  await handle([registered]);
  await messages.take(database, clock.now(), new Date(clock.now().getTime() + minuteMs), 1);
  await deliver();
  assert.deepEqual(await listed(), { registered: ['pending', null] });
  clock.forward(minuteMs);
  await deliver();
  assert.deepEqual(await listed(), { registered: ['sent', 'Welcome'] });
});

test('an erasure wipes what was sent, drops what was not, and is remembered', async (t) => {
  const { handle, deliver, listed, mails, database, ended } = await createNotifications(cleanup(t));
  await handle([registered]);
  await deliver();
  await handle([shipped]);
  await handle([erased]);
  await handle([{ ...shipped, id: 'late' }]);
  await deliver();

  assert.equal(mails.length, 1);
  assert.deepEqual(await listed(), {
    registered: ['sent', null],
    shipped: ['dropped', null],
    late: ['dropped', null],
  });
  const kept = JSON.stringify(await database.query('select * from messages'));
  assert.ok(!/ada/i.test(kept), kept);
  assert.deepEqual(await ended(), { 'welcome sent': 1, 'order_shipped dropped': 2 });
});

test('a customer of whom only we do not know yet that she is erased is written to no more', async (t) => {
  const { handle, deliver, listed, answers, mails } = await createNotifications(cleanup(t));
  answers[`/customers/${customerId}`] = { status: 404, body: { type: 'about:blank', status: 404 } };
  await handle([registered]);
  await deliver();
  assert.equal(mails.length, 0);
  assert.deepEqual(await listed(), { registered: ['dropped', null] });
});

test('nothing is kept of a mail that was under way during the erasure', async (t) => {
  const { handle, deliver, listed, during, ended } = await createNotifications(cleanup(t));
  await handle([registered]);
  during.mail = () => handle([erased]);
  await deliver();
  assert.deepEqual(await listed(), { registered: ['dropped', null] });
  assert.deepEqual(await ended(), { 'welcome dropped': 1 });
});

test('attempts come further and further apart, a minute at most', () => {
  const latest = [1, 2, 3, 8, 500].map((attempts) => retryDelayMs(attempts, () => 0));
  assert.deepEqual(latest, [500, 1000, 2000, 60_000, 60_000]);
  assert.equal(
    retryDelayMs(1, () => 1),
    250,
  );
});

const order = {
  status: 200,
  body: {
    orderId,
    status: 'shipped',
    lines: [{ sku: 'mug', quantity: 2, unitPriceCents: 950 }],
    totalCents: 1900,
    currency: 'EUR',
    history: [],
  },
};

/** Reactions and worker on a real database, with neighbours over real HTTP; clock and mail server are the test's. */
async function createNotifications(clean: AsyncDisposableStack) {
  // It stands still, a little ahead of the database, whose clock says when a message was asked for.
  let now = Date.now() + minuteMs;
  const clock = {
    now: () => new Date(now),
    forward: (ms: number) => {
      now += ms;
    },
  };
  const deps = { ...testDeps(), clock };
  const { database } = await createTestDatabase(deps, clean, new URL('../migrations/', import.meta.url));

  const answers: Record<string, { status: number; body?: object }> = {
    [`/customers/${customerId}`]: {
      status: 200,
      body: { customerId, name: 'Ada', email: 'ada@example.com' },
    },
    [`/orders/${orderId}`]: order,
  };
  const asked: { path: string; traceparent: string }[] = [];
  const neighbour = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, traceparent: String(request.headers.traceparent) });
    const { status, body } = answers[path] ?? { status: 500 };
    response.writeHead(status).end(body && JSON.stringify(body));
  });
  neighbour.listen(0, '127.0.0.1');
  await once(neighbour, 'listening');
  clean.defer(() => {
    neighbour.closeAllConnections();
    neighbour.close();
  });
  const url = `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}`;

  const mails: (Letter & { messageId: string })[] = [];
  const down = { mail: false };
  const during: { mail?: () => Promise<void> } = {};
  const mailer: Mailer = {
    async send(messageId, letter) {
      if (down.mail) throw unavailable('smtp_unavailable', 'away');
      await during.mail?.();
      mails.push({ messageId, ...letter });
    },
  };

  const messages = createMessageStore();
  const metrics = createMessageMetrics(deps.metrics);
  const neighbours = createNeighbours(deps, { customers: url, orders: url });
  const worker = delivery({ ...deps, database, messages, neighbours, mailer, metrics });
  const reactions = notificationsReactions({ messages, metrics, wake() {} });

  return {
    answers,
    asked,
    mails,
    down,
    during,
    clock,
    messages,
    database,
    handle: (events: readonly NotificationsEvent[]) =>
      database.transaction(async (transaction) => {
        const world = await reactions.load(transaction, events);
        for (const event of events) assert.deepEqual(reactions.react(world, event), []);
        await reactions.save(transaction, world);
      }),
    deliver: () => worker.run(AbortSignal.timeout(30_000)),
    async listed() {
      const all = await messages.list(database, customerId);
      return Object.fromEntries(all.map(({ messageId, status, subject }) => [messageId, [status, subject]]));
    },
    /** How many messages ended how. */
    async ended() {
      const metric = await deps.metrics.registry.getSingleMetric('notifications_messages_total')?.get();
      const counted = (metric?.values ?? []).filter(({ value }) => value > 0);
      return Object.fromEntries(
        counted.map(({ labels, value }) => [`${labels.kind} ${labels.outcome}`, value]),
      );
    },
  };
}
