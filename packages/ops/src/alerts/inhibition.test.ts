import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hides } from './inhibition.ts';

const down = { alertname: 'ServiceDown', namespace: 'tocsin', service: 'customers' };

test('a cause hides the symptoms of its own service, and of others those that it causes there', () => {
  assert.equal(hides(down, { alertname: 'HighLatencyP99', service: 'customers' }), true);
  assert.equal(hides(down, { alertname: 'HighLatencyP99', service: 'orders' }), false);
  assert.equal(hides(down, { alertname: 'JourneyFailing', service: 'traffic' }), true);
  assert.equal(
    hides({ ...down, service: 'notifications' }, { alertname: 'JourneyFailing', service: 'traffic' }),
    false,
  );
});

test('what is no symptom of it, or of no service, is not hidden', () => {
  assert.equal(hides(down, { alertname: 'TargetVanished', service: 'customers' }), false);
  assert.equal(hides(down, { alertname: 'HighLatencyP99', service: '' }), false);
});
