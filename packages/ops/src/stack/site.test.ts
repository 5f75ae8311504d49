import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ports } from '../../../../deploy/local/ports.ts';
import { shiftedPorts } from './site.ts';

test('a port offset is a whole number that leaves every port a port', () => {
  assert.deepEqual(shiftedPorts(0), ports);
  for (const offset of [1000, -1000, 46_437]) {
    assert.equal(shiftedPorts(offset).orders.admin, ports.orders.admin + offset);
  }
  for (const offset of [Number.NaN, 1.5, 46_438, -8000, Number.POSITIVE_INFINITY]) {
    assert.throws(() => shiftedPorts(offset), /PORT_OFFSET must be a whole number from -7077 to 46437/);
  }
});
