import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeAddress, erase, register } from './customer.ts';

const customerId = '01938a3e-1111-7000-8000-000000000001';
const address = { line1: 'Hauptstraße 1', city: 'Bonn', postcode: '53111', country: 'DE' };
const { customer, events } = register(customerId, { name: 'Ada', email: 'ada@example.com', address });

test('a registration tells thinly that it happened, and what readers may keep', () => {
  assert.deepEqual(
    events.map(({ type, data }) => [type, data]),
    [
      ['customer.registered.v1', { customerId }],
      ['customer.state.v1', { customerId, version: 1, name: 'Ada', address }],
    ],
  );
});

test('each change has a newer version than the one before', () => {
  const moved = changeAddress(customer, { ...address, city: 'Köln' });
  const erased = erase(moved.customer);
  assert.equal(moved.customer.version, 2);
  assert.deepEqual(
    [...moved.events, ...erased].map(({ type, version, data }) => [type, version, data === null]),
    [
      ['customer.address-changed.v1', undefined, false],
      ['customer.state.v1', 2, false],
      ['customer.erased.v1', undefined, false],
      ['customer.state.v1', 3, true],
    ],
  );
});

test('the e-mail address leaves this service in no event', () => {
  assert.ok(!JSON.stringify(events).includes('ada@example.com'));
});
