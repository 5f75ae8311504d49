import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitPriceCents } from './catalogue.ts';

test('a price is in cents, and there is none for what we do not sell', () => {
  assert.deepEqual(['mug', 'unicorn', 'ghost'].map(unitPriceCents), [950, 99900, undefined]);
});
