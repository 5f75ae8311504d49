import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createObserver, type PrometheusAlert, type Watch } from './observe.ts';

test('of several alerts that bear the labels one that is firing speaks for all', async () => {
  const alert = (state: PrometheusAlert['state'], topic: string): PrometheusAlert => ({
    labels: { alertname: 'ConsumerStalled', service: 'orders', topic },
    state,
    activeAt: new Date(),
  });
  const watch: Watch = {
    inPrometheus: async () => [alert('pending', 'a'), alert('firing', 'b')],
    inAlertmanager: async () => [],
    inTheRoom: async () => [],
    atThePager: async () => [],
  };
  const observer = createObserver(watch, { alertname: 'ConsumerStalled', service: 'orders' });
  assert.equal((await observer.inPrometheus())?.labels.topic, 'b');
});
