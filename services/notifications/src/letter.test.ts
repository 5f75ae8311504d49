import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compose } from './letter.ts';

const ada = { name: 'Ada', email: 'ada@example.com' };
const order = {
  orderId: '01938a3e-2222-7000-8000-000000000001',
  lines: [
    { sku: 'mug', quantity: 2 },
    { sku: 'lamp', quantity: 1 },
  ],
  totalCents: 6800,
  currency: 'EUR',
};

test('a customer is told what was sent', () => {
  assert.deepEqual(compose(ada, { kind: 'order_shipped', order }), {
    recipient: 'ada@example.com',
    subject: 'Your order is on its way',
    body: `Hello Ada,\n\nwe have sent you 2 × mug, 1 × lamp for 68.00 EUR (order ${order.orderId}).\n`,
  });
});

test('a customer is told why nothing was sent, in words even for a reason that we do not know', () => {
  const told = (reason: string) =>
    compose(ada, { kind: 'order_cancelled', order: { ...order, reason } }).body.split(': ')[1];
  assert.equal(told('out_of_stock'), 'it is out of stock.\n');
  assert.equal(told('moon_in_the_wrong_phase'), 'something on our side went wrong.\n');
});
