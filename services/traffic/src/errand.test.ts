import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseErrand } from './errand.ts';

const mix = { returning: 0.5, declined: 0.25, outOfStock: 0.25 };

/** The errand that these draws lead to: whether returning, which goods, which lot. */
const drawn = (...draws: number[]) => chooseErrand(mix, () => draws.shift() ?? 0);

test('the mix decides which errands are to fail', () => {
  const mug = { returning: false, sku: 'mug', paymentToken: 'tok_ok', expected: 'shipped' };
  assert.deepEqual(drawn(0.5, 0, 0.5), mug);
  assert.deepEqual(drawn(0.49, 0.99, 0.99), { ...mug, returning: true, sku: 'desk' });
  assert.deepEqual(drawn(0.5, 0, 0.24), { ...mug, paymentToken: 'tok_declined', expected: 'cancelled' });
  assert.deepEqual(drawn(0.5, 0, 0.49), { ...mug, sku: 'unicorn', expected: 'cancelled' });
});
