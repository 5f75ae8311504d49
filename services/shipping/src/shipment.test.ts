import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Fact, type Recipient, react } from './shipment.ts';

const orderId = '01938a3e-1111-7000-8000-000000000001';
const shipmentId = '01938a3e-3333-7000-8000-0123456789ab';
const bonn = { line1: 'Hauptstraße 1', city: 'Bonn', postcode: '53111', country: 'DE' };
const cologne = { ...bonn, city: 'Köln', postcode: '50667' };

const paid: Fact = { type: 'paid', orderId, shipmentId, lines: [{ sku: 'mug', quantity: 1 }] };
const heard = (version: number, address = bonn): Fact => ({ type: 'heard', version, address });
const erased = (version: number): Fact => ({ type: 'heard', version, address: undefined });
const tooLong: Fact = { type: 'waited-too-long', orderId };

const after = (...facts: Fact[]) => {
  let state: Recipient | undefined;
  const said = facts.flatMap((fact) => {
    const decision = react(state, fact);
    state = decision.state;
    return decision.events.map(({ type, data }) => [type, data]);
  });
  return { recipient: state, shipment: state?.shipments[orderId], said };
};

const trackingNumber = 'TOC-0123456789AB';
const dispatched = ['shipment.dispatched.v1', { orderId, shipmentId, trackingNumber }];
const failed = (reason: string) => ['shipment.failed.v1', { orderId, reason }];

test('a paid order goes to the address that we know, without asking anybody', () => {
  const { shipment, said } = after(heard(1), heard(2, cologne), paid);
  assert.deepEqual(said, [dispatched]);
  assert.deepEqual(shipment?.address, cologne);
});

test('a paid order waits for an address that we do not know yet, and goes when it comes', () => {
  assert.equal(after(paid).shipment?.status, 'waiting');
  assert.deepEqual(after(paid, heard(1)).said, [dispatched]);
});

test('a shipment that has waited too long fails, and an address that comes later does not wake it', () => {
  const { shipment, said } = after(paid, tooLong, heard(1), paid);
  assert.deepEqual(said, [failed('no_address')]);
  assert.equal(shipment?.status, 'failed');
});

test('nothing goes to a customer who was erased, before or while the shipment waits', () => {
  assert.deepEqual(after(heard(1), erased(2), paid).said, [failed('customer_erased')]);
  assert.deepEqual(after(paid, erased(2)).said, [failed('customer_erased')]);
});

test('erasure takes the address from shipments that are on their way, too', () => {
  const { shipment, said } = after(heard(1), paid, erased(2));
  assert.deepEqual(said, [dispatched]);
  assert.equal(shipment?.status, 'dispatched');
  assert.equal(shipment?.address, null);
});

test('a state that is not newer changes nothing, least of all after erasure', () => {
  assert.deepEqual(after(heard(2, cologne), heard(1)).recipient?.address, cologne);
  const { recipient } = after(heard(1), erased(3), heard(2));
  assert.deepEqual(recipient, { version: 3, address: null, erased: true, shipments: {} });
});

test('each paid order ends exactly once, whatever comes in whatever order', () => {
  const states = [heard(1), heard(2, cologne), erased(3)];
  const deliveries = fc
    .record({ orders: fc.uniqueArray(fc.uuid(), { maxLength: 4 }), known: fc.integer({ min: 0, max: 3 }) })
    .chain(({ orders, known }) => {
      const payments = orders.map((id): Fact => ({ ...paid, orderId: id, shipmentId: id }));
      const deadlines = orders.map((id): Fact => ({ type: 'waited-too-long', orderId: id }));
      const once = [...payments, ...states.slice(0, known)];
      const again = fc.array(fc.constantFrom(...once, ...deadlines, ...states.slice(0, known), tooLong));
      return fc.record({
        orders: fc.constant(orders),
        deadlines: fc.constant(deadlines),
        // Everything comes at least once, in some order, with repetitions in between.
        facts: again.chain((more) => {
          const all = [...once, ...more];
          return fc.shuffledSubarray(all, { minLength: all.length });
        }),
      });
    });

  fc.assert(
    fc.property(deliveries, ({ orders, deadlines, facts }) => {
      let state: Recipient | undefined;
      const ends: string[] = [];
      for (const fact of [...facts, ...deadlines]) {
        const decision = react(state, fact);
        state = decision.state;
        ends.push(...decision.events.map(({ key }) => key));
        const shipments = Object.values(state.shipments);
        const waiting = shipments.filter(({ status }) => status === 'waiting');
        assert.ok(waiting.length === 0 || state.version === 0, 'nothing waits for what is known');
        if (state.erased) assert.ok(shipments.every(({ address }) => address === null));
      }
      assert.deepEqual(ends.sort(), [...orders].sort());
    }),
  );
});
