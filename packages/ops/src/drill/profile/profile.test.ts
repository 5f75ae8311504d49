import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drill } from '../drill.ts';
import { inProfile } from './profile.ts';

const drill: Drill = {
  alert: 'X',
  group: 'http',
  breaks: { kind: 'hold', part: 'kafka' },
  requests: { service: 'customers', perSecond: 10 },
  raises: { alertname: 'X' },
  says: [],
  within: { message: 30, resolved: 90 },
};

test('as shipped a drill is as it is written', () => assert.equal(inProfile(drill, 'shipped'), drill));

test('in the drill profile its bounds are a fifteenth and fifteen seconds, and there is more to count', () => {
  const scaled = inProfile(drill, 'drill');
  assert.deepEqual(scaled.within, { message: 17, resolved: 21 });
  assert.deepEqual(scaled.requests, { service: 'customers', perSecond: 30 });
});

test('what cannot be shortened is added', () => {
  assert.deepEqual(inProfile({ ...drill, unscaledSeconds: 60 }, 'drill').within, {
    message: 77,
    resolved: 81,
  });
});
