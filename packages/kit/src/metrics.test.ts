import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { setInterval } from 'node:timers/promises';
import { addRuntimeMetrics, createMetrics } from './metrics.ts';

test('measuring its event loop wakes an idle process ten times a second, not a hundred', {
  timeout: 30_000,
}, async () => {
  const metrics = createMetrics();
  addRuntimeMetrics(metrics, { service: 'test', release: 'test' });
  // Each look begins a new measurement, so that one too soon after the other sees nothing.
  for await (const _ of setInterval(500)) {
    const text = await metrics.registry.metrics();
    const least = Number(/^nodejs_eventloop_lag_min_seconds (\S+)$/m.exec(text)?.[1]);
    if (least > 60) continue; // Without a sample it is the largest number there is.
    assert.ok(least > 0.08, `sampled every ${least} s`);
    return;
  }
});

test('the memory limit is what the configuration says, or else that of the cgroup, if it has one', async () => {
  const limit = async (memoryLimitBytes?: number) => {
    const metrics = createMetrics();
    addRuntimeMetrics(metrics, { service: 'test', release: 'test', memoryLimitBytes });
    return /^process_memory_limit_bytes (\S+)$/m.exec(await metrics.registry.metrics())?.[1];
  };
  assert.equal(await limit(256 * 1024 * 1024), '268435456');
  const ofCgroup = process.constrainedMemory();
  const sensible = ofCgroup > 0 && ofCgroup < totalmem();
  assert.equal(await limit(), sensible ? String(ofCgroup) : undefined);
});
