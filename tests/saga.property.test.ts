import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OrderLine, orderCancelled, orderShipped, shipmentDispatched } from '@tocsin/contracts';
import fc from 'fast-check';
import { encode } from '../packages/kit/src/kafka/cloud-event.ts';
import { judge } from '../packages/ops/src/reconcile/judge.ts';
import { createStories } from '../packages/ops/src/reconcile/story.ts';
import { createSaga, type Saga } from './saga.ts';

const skus = ['mug', 'lamp', 'desk'] as const;

const line = fc.record({ sku: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 4 }) });
const order = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  token: fc.constantFrom('tok_ok', 'tok_ok', 'tok_ok', 'tok_slow', 'tok_declined', 'tok_error'),
  customer: fc.constantFrom('present', 'present', 'moving', 'unknown', 'erased'),
});
/** What happens next, of everything that could: any number means something. */
const choices = fc.array(fc.nat(), { maxLength: 150, size: 'max' });
const scenario = fc.record({ orders: fc.array(order, { minLength: 1, maxLength: 6, size: 'max' }), choices });

test('however deliveries are shuffled, repeated and delayed, every order ends once and everything adds up', () => {
  fc.assert(
    fc.property(scenario, ({ orders, choices }) => {
      using saga = createSaga({ mug: 6, lamp: 3, desk: 1 });
      for (const each of orders) saga.place(each.lines, each.token, each.customer);
      for (const choice of choices) saga.step(choice);
      saga.drain();
      everyOrderHasOneEnd(saga);
      stockAddsUp(saga);
      reconcileAgrees(saga);
    }),
    { numRuns: 500 },
  );
});

function everyOrderHasOneEnd(saga: Saga): void {
  for (const [orderId, { status }] of saga.orders) {
    assert.ok(status === 'shipped' || status === 'cancelled', `${orderId} is ${status}`);
    const said = (type: string) =>
      saga.published.filter((event) => event.key === orderId && event.type === type).length;
    assert.equal(said(orderShipped.type) + said(orderCancelled.type), 1, 'told once');
    assert.equal(
      said(shipmentDispatched.type),
      status === 'shipped' ? 1 : 0,
      'shipped as often as dispatched',
    );
  }
}

function stockAddsUp(saga: Saga): void {
  const shipped = [...saga.orders.values()]
    .filter(({ status }) => status === 'shipped')
    .flatMap(({ lines }) => lines);
  for (const sku of skus) {
    const level = saga.stock[sku] ?? { available: 0, reserved: 0 };
    assert.equal(
      level.available + level.reserved,
      saga.initialStock[sku],
      `${sku}: nothing made, nothing lost`,
    );
    assert.equal(level.reserved, unitsOf(sku, shipped), `${sku}: held for shipped orders alone`);
  }
}

const unitsOf = (sku: string, lines: readonly OrderLine[]) =>
  lines.filter((each) => each.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);

function reconcileAgrees(saga: Saga): void {
  const time = new Date();
  const records = saga.published.map((event, index) => ({
    ...encode(event, { source: 'test', time, traceparent: '' }),
    partition: 0,
    offset: String(index),
    timestamp: time,
  }));
  const stories = createStories();
  for (const record of records) stories.add(record);
  for (const entry of saga.ledger()) stories.enter(entry);
  const report = judge(stories, { since: new Date(0), until: time });
  assert.deepEqual(report.mismatches, []);
  assert.equal(report.judged, saga.orders.size);
  assert.ok(
    saga.ledger().every(({ key }) => saga.orders.has(key)),
    'the bank was asked under no other key',
  );
}
