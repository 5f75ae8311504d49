import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchedBy } from './expression.ts';

const cases: Record<string, [expr: string, ...watched: ReturnType<typeof watchedBy>]> = {
  'a comparison is what it compares, and its limit': ['a > 0.05', { value: 'a', limit: '0.05' }],
  'the guard beside it is not drawn': [
    'a > 0.05 and on (namespace, service) b >= 5',
    { value: 'a', limit: '0.05' },
  ],
  'neither is an exception, nor one in brackets': [
    '(a > 1 and b) unless on (service) c == 0',
    { value: 'a', limit: '1' },
  ],
  'a limit may be a series': [
    'sum by (x) (a) - b > on (x) group_left () 0.3 * c',
    { value: 'sum by (x) (a) - b', limit: '0.3 * c' },
  ],
  'a limit may stand on the left': ['5 < a', { value: 'a', limit: '5' }],
  'alternatives are drawn each': [
    'a > 14.4 and b > 14.4 or c > 6',
    { value: 'a', limit: '14.4' },
    { value: 'c', limit: '6' },
  ],
  'a comparison inside of an aggregation is part of the value': [
    'max by (x) (time() - (a > 0)) unless b == 0',
    { value: 'max by (x) (time() - (a > 0))' },
  ],
  'one that yields 0 or 1 is a value': ['a > bool 5', { value: 'a > bool 5' }],
  'without a comparison it is drawn where it is': [
    'count by (s) (max_over_time(up[1d]) == 1) unless on (s) up == 1',
    { value: 'count by (s) (max_over_time(up[1d]) == 1)' },
  ],
  'a product in the limit stays whole': ['a < 10 * 60', { value: 'a', limit: '10 * 60' }],
};

for (const [name, [expr, ...watched]] of Object.entries(cases)) {
  test(name, () => assert.deepEqual(watchedBy(expr), watched));
}
