import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePortOffset } from './site.ts';

test('a port offset is a whole number that leaves every port a port', () => {
  assert.deepEqual(['', '0', '1000', '-1000', ' 46441 '].map(parsePortOffset), [0, 0, 1000, -1000, 46_441]);
  for (const text of ['abc', '1.5', '46442', '-8000', 'Infinity']) {
    assert.throws(
      () => parsePortOffset(text),
      new RegExp(`"${text}"; it must be a whole number from -7077 to 46441`),
    );
  }
});
