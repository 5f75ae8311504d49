import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerErased, customerRegistered, orderCancelled, orderShipped } from '@tocsin/contracts';
import { type NotificationsEvent, type Recipient, react } from './message.ts';

const customerId = '01938a3e-1111-7000-8000-000000000001';
const orderId = '01938a3e-2222-7000-8000-000000000001';
const received = (id: string) => ({ id, key: 'any', time: new Date(0), traceparent: undefined });

const registered: NotificationsEvent = {
  ...received('registered'),
  type: customerRegistered.type,
  data: { customerId },
};
const shipped: NotificationsEvent = {
  ...received('shipped'),
  type: orderShipped.type,
  data: { orderId, version: 3, customerId, trackingNumber: 'T-1' },
};
const cancelled: NotificationsEvent = {
  ...received('cancelled'),
  type: orderCancelled.type,
  data: { orderId, version: 2, customerId, reason: 'out_of_stock' },
};
const erased: NotificationsEvent = { ...received('erased'), type: customerErased.type, data: { customerId } };

const after = (...events: readonly NotificationsEvent[]) =>
  events
    .reduce<Recipient | undefined>((before, event) => react(before, event).state, undefined)
    ?.messages.map(({ messageId, kind, status }) => [messageId, kind, status]);

test('each event asks for one message, however often it comes', () => {
  assert.deepEqual(after(shipped, registered, shipped, cancelled, registered), [
    ['shipped', 'order_shipped', 'pending'],
    ['registered', 'welcome', 'pending'],
    ['cancelled', 'order_cancelled', 'pending'],
  ]);
});

test('an erased customer is written to no more, whichever event comes first', () => {
  for (const events of [
    [registered, shipped, erased],
    [registered, erased, shipped],
    [erased, registered, shipped],
    [erased, registered, shipped, erased],
  ]) {
    assert.deepEqual(after(...events), [
      ['registered', 'welcome', 'dropped'],
      ['shipped', 'order_shipped', 'dropped'],
    ]);
  }
});
