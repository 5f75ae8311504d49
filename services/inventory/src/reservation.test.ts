import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OrderLine, orderPlaced, paymentDeclined, paymentRefunded } from '@tocsin/contracts';
import fc from 'fast-check';
import { type InventoryEvent, type Reservation, react, type State, type Stock } from './reservation.ts';

const orderId = '01938a3e-1111-7000-8000-000000000001';
const customerId = '01938a3e-2222-7000-8000-000000000001';
const received = { id: 'any', key: orderId, time: new Date(0), traceparent: undefined };

const placed = (lines: readonly OrderLine[], id = orderId): InventoryEvent => ({
  ...received,
  type: orderPlaced.type,
  data: {
    orderId: id,
    version: 1,
    customerId,
    lines: lines.map((line) => ({ ...line, unitPriceCents: 950 })),
    totalCents: 950,
    currency: 'EUR',
    paymentToken: 'tok_ok',
  },
});
const declined = (id = orderId): InventoryEvent => ({
  ...received,
  type: paymentDeclined.type,
  data: { orderId: id, reason: 'payment_declined' },
});
const refunded = (id = orderId): InventoryEvent => ({
  ...received,
  type: paymentRefunded.type,
  data: { orderId: id, chargeId: 'ch_1', amountCents: 950, currency: 'EUR' },
});

const stock: Stock = {
  mug: { available: 10, reserved: 0 },
  lamp: { available: 1, reserved: 0 },
  unicorn: { available: 0, reserved: 0 },
};
const after = (...events: InventoryEvent[]) => {
  let state: State = { stock, reservation: undefined };
  const said = events.flatMap((event) => {
    const decision = react(state, event);
    state = decision.state;
    return decision.events.map(({ type, data }) => [type, data]);
  });
  return { ...state, said };
};

const lines = [
  { sku: 'mug', quantity: 2 },
  { sku: 'lamp', quantity: 1 },
];

test('an order that can be filled has all its lines reserved', () => {
  const { stock: left, reservation, said } = after(placed(lines));
  assert.deepEqual(said, [['stock.reserved.v1', { orderId, lines }]]);
  assert.deepEqual(reservation, { orderId, status: 'reserved', lines });
  assert.deepEqual(left.mug, { available: 8, reserved: 2 });
  assert.deepEqual(left.lamp, { available: 0, reserved: 1 });
});

test('an order of which one line cannot be had is rejected whole, and told what is missing', () => {
  const wishes = ['mug', 'unicorn', 'constructor'].map((sku) => ({ sku, quantity: 1 }));
  const { stock: left, said } = after(placed(wishes));
  assert.deepEqual(said, [['stock.rejected.v1', { orderId, missing: ['unicorn', 'constructor'] }]]);
  assert.deepEqual(left, stock);
});

test('lines of the same sku count together', () => {
  const twice = [
    { sku: 'mug', quantity: 6 },
    { sku: 'mug', quantity: 5 },
  ];
  assert.deepEqual(after(placed(twice)).said, [['stock.rejected.v1', { orderId, missing: ['mug'] }]]);
});

test('a decline or a refund gives the stock back, once', () => {
  for (const end of [declined(), refunded()]) {
    const { stock: left, said } = after(placed(lines), end, end, placed(lines));
    assert.deepEqual(said.at(-1), ['stock.released.v1', { orderId, lines }]);
    assert.equal(said.length, 2);
    assert.deepEqual(left, stock);
  }
});

test('an order that comes after its decline holds nothing', () => {
  const { stock: left, reservation, said } = after(declined(), placed(lines));
  assert.deepEqual(said, []);
  assert.equal(reservation?.status, 'released');
  assert.deepEqual(left, stock);
});

test('units are neither made nor lost, whatever comes in whatever order', () => {
  const skus = ['mug', 'lamp', 'unicorn'];
  const someLines = fc.array(
    fc.record({ sku: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 4 },
  );
  const orders = fc.array(fc.record({ id: fc.uuid(), lines: someLines }), { minLength: 1, maxLength: 5 });
  const steps = orders.chain((all) => {
    const order = fc.constantFrom(...all);
    return fc.array(
      fc.oneof(
        order.map((each) => placed(each.lines, each.id)),
        order.map(({ id }) => declined(id)),
        order.map(({ id }) => refunded(id)),
        fc.record({ sku: fc.constantFrom(...skus), added: fc.integer({ min: 1, max: 5 }) }),
      ),
      { maxLength: 40 },
    );
  });

  fc.assert(
    fc.property(steps, (all) => {
      let current = stock;
      const total = new Map(Object.entries(stock).map(([sku, { available }]) => [sku, available]));
      const reservations = new Map<string, Reservation>();
      const said: string[] = [];
      for (const step of all) {
        if ('added' in step) {
          const { sku, added } = step;
          const { available, reserved } = current[sku] ?? { available: 0, reserved: 0 };
          current = { ...current, [sku]: { available: available + added, reserved } };
          total.set(sku, (total.get(sku) ?? 0) + added);
          continue;
        }
        const id = step.data.orderId;
        const { state, events } = react({ stock: current, reservation: reservations.get(id) }, step);
        current = state.stock;
        reservations.set(id, state.reservation);
        said.push(...events.map(({ type, key }) => `${key} ${type}`));

        for (const [sku, { available, reserved }] of Object.entries(current)) {
          const held = [...reservations.values()]
            .flatMap((reservation) => (reservation.status === 'reserved' ? reservation.lines : []))
            .reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
          assert.ok(available >= 0, `${sku} is oversold`);
          assert.equal(reserved, held);
          assert.equal(available + reserved, total.get(sku));
        }
      }
      assert.equal(new Set(said).size, said.length, 'nothing is said twice');
    }),
  );
});
