import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  paymentAuthorized,
  paymentDeclined,
  shipmentDispatched,
  shipmentFailed,
  stockRejected,
} from '@tocsin/contracts';
import fc from 'fast-check';
import { type Fact, fold, hasEnded, type Order, place, react } from './order.ts';
import type { OrderEvent } from './order-event.ts';
import { project } from './order-row.ts';

const orderId = '01938a3e-1111-7000-8000-000000000001';
const customerId = '01938a3e-2222-7000-8000-000000000002';
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds));
const lines = [
  { sku: 'mug', quantity: 2, unitPriceCents: 950 },
  { sku: 'desk', quantity: 1, unitPriceCents: 24900 },
];
const placed = place(orderId, { customerId, lines, paymentToken: 'tok_ok' }, at(0));

const envelope = { id: 'any', key: orderId, time: at(7), traceparent: undefined };
const authorized: Fact = {
  ...envelope,
  type: paymentAuthorized.type,
  data: { orderId, customerId, chargeId: 'c', amountCents: 26800, currency: 'EUR', lines },
};
const dispatched: Fact = {
  ...envelope,
  type: shipmentDispatched.type,
  data: { orderId, shipmentId: customerId, trackingNumber: 'T-1' },
};
const rejected: Fact = { ...envelope, type: stockRejected.type, data: { orderId, missing: ['desk'] } };
const declined: Fact = {
  ...envelope,
  type: paymentDeclined.type,
  data: { orderId, reason: 'party_unavailable' },
};
const failed: Fact = { ...envelope, type: shipmentFailed.type, data: { orderId, reason: 'no_address' } };

const deliver = (facts: readonly Fact[]) => {
  let order: Order | undefined = placed.state;
  const stream: OrderEvent[] = [...placed.events];
  for (const fact of facts) {
    const { state, events } = react(order, fact);
    order = state;
    stream.push(...events);
  }
  assert.ok(order);
  return { order, stream };
};
const ends = (order: Order) => [order.status, order.reason, order.history.map(({ type }) => type)];

/** Each fact at least once, in any order, some of them again. */
const deliveries = (facts: readonly Fact[]) =>
  fc
    .array(fc.constantFrom(...facts), { maxLength: 6 })
    .chain((again) => fc.shuffledSubarray([...facts, ...again], { minLength: facts.length + again.length }));

test('an order is placed with its total, and the payment token is told but not shown', () => {
  assert.equal(placed.state.totalCents, 26800);
  assert.deepEqual(
    placed.events.map(({ type, version, topic, key }) => [type, version, topic, key]),
    [['order.placed.v1', 1, 'orders.events', orderId]],
  );
  assert.ok(JSON.stringify(placed.events).includes('tok_ok'));
  assert.ok(!JSON.stringify(placed.state).includes('tok_ok'));
});

test('a payment confirms and a dispatch ships, in whichever order the news arrives', () => {
  fc.assert(
    fc.property(deliveries([authorized, dispatched]), (facts) => {
      const { order } = deliver(facts);
      assert.deepEqual(ends(order), [
        'shipped',
        undefined,
        ['order.placed.v1', 'order.confirmed.v1', 'order.shipped.v1'],
      ]);
    }),
  );
});

test('a failed shipment cancels, whether or not the payment was heard of before', () => {
  fc.assert(
    fc.property(deliveries([authorized, failed]), (facts) => {
      const { order } = deliver(facts);
      assert.deepEqual([order.status, order.reason], ['cancelled', 'no_address']);
    }),
  );
});

test('a cancelled order says why', () => {
  assert.deepEqual(
    [rejected, declined, failed].map((fact) => deliver([fact]).order.reason),
    ['out_of_stock', 'party_unavailable', 'no_address'],
  );
});

test('the first end is the end, whatever is told in whichever order', () => {
  const all = [authorized, dispatched, rejected, declined, failed];
  fc.assert(
    fc.property(deliveries(all), (facts) => {
      const { order } = deliver(facts);
      const first = facts.find((fact) => fact !== authorized);
      assert.ok(first);
      const reason = deliver([first]).order.reason;
      assert.deepEqual([order.status, order.reason], [reason ? 'cancelled' : 'shipped', reason]);
    }),
  );
});

test('a stream, folded, is the order that made it, numbered without gaps', () => {
  const some = fc.array(fc.constantFrom(authorized, dispatched, rejected, declined, failed));
  fc.assert(
    fc.property(some, (facts) => {
      const { order, stream } = deliver(facts);
      assert.deepEqual(fold(stream), order);
      assert.deepEqual(
        stream.map(({ data }) => data.version),
        stream.map((_, index) => index + 1),
      );
      assert.equal(order.version, stream.length);
      assert.equal(
        hasEnded(order),
        facts.some((fact) => fact !== authorized),
      );
    }),
  );
});

test('what happened to an order has the time of the news, not of its handling', () => {
  const { history } = deliver([dispatched]).order;
  assert.deepEqual(
    history.map((entry) => entry.at),
    [at(0), at(7), at(7)].map((time) => time.toISOString()),
  );
});

test('news of an order that is not ours changes nothing', () => {
  assert.deepEqual(react(undefined, authorized), { state: undefined, events: [] });
});

test('the view shows the same, in whichever order and however often it hears of the events', () => {
  const everyEnd = fc.constantFrom([dispatched], [authorized, failed], [rejected], [authorized]);
  const heard = everyEnd.chain((facts) => {
    const { order, stream } = deliver(facts);
    const events = fc.shuffledSubarray([...stream, ...stream], { minLength: stream.length * 2 });
    return fc.record({ order: fc.constant(order), events });
  });
  fc.assert(
    fc.property(heard, ({ order, events }) => {
      const row = events.reduce<ReturnType<typeof project> | undefined>(project, undefined);
      const { history: _history, lines: _lines, ...shown } = order;
      assert.deepEqual(row, { ...shown, reason: order.reason ?? null, placedAt: at(0) });
    }),
  );
});
