import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '../metrics.ts';
import { createHealth } from './health.ts';

test('a process is started before it is ready, and a latch that is set stays set', () => {
  const health = createHealth(createMetrics());
  const migrations = health.latch('migrations');
  const joined = health.latch('joined');
  assert.deepEqual(health.failures('startupz'), { startup: 'not started' });
  health.started();
  assert.deepEqual(health.failures('startupz'), {});
  assert.deepEqual(health.failures('readyz'), { migrations: 'not yet', joined: 'not yet' });
  assert.equal(health.latched(), false);
  migrations.set();
  assert.deepEqual(health.failures('readyz'), { joined: 'not yet' });
  joined.set();
  assert.deepEqual(health.failures('readyz'), {});
  assert.equal(health.latched(), true);
});

test('what fails liveness is named there, leaves readiness alone, and passes when it is over', async () => {
  const metrics = createMetrics();
  const health = createHealth(metrics);
  let stuck: string | undefined;
  health.live({ name: 'consume-orders', check: () => stuck });
  health.live({ name: 'consume-stock', check: () => undefined });
  assert.deepEqual(health.failures('livez'), {});
  stuck = 'the loop has not come round for 91 s';
  assert.deepEqual(health.failures('livez'), { 'consume-orders': stuck });
  assert.deepEqual(health.failures('readyz'), {});
  const status = () => metrics.registry.getSingleMetricAsString('kit_health_check_status');
  assert.match(await status(), /probe="livez"\} 0/);
  stuck = undefined;
  assert.match(await status(), /probe="livez"\} 1/);
});
