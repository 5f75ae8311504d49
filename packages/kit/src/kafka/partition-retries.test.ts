import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { KitError } from '../errors.ts';
import { testDeps } from '../testing/backing.ts';
import { createConsumerMetrics } from './consumer-metrics.ts';
import { createPartitionRetries } from './partition-retries.ts';

const failure = new KitError('bank_away', 'not now', { retryable: true });

/** A partition whose head fails until it is healed, and the seconds after which it was tried. */
function failingPartition(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const deps = testDeps();
  const metrics = createConsumerMetrics(deps.metrics, 'group', ['events']);
  const retries = createPartitionRetries({ log: deps.log, metrics }, 'group');
  const triedAt: number[] = [];
  let healthy = false;
  const attempt = () => {
    triedAt.push(Date.now());
    if (healthy) retries.succeeded('events', 0);
    else retries.failed('events', 0, failure, attempt);
  };
  const value = async (name: string) => {
    const metric = await deps.metrics.registry.getSingleMetric(name)?.get();
    return metric?.values.reduce((sum, each) => sum + each.value, 0);
  };
  attempt();
  return {
    retries,
    triedAt,
    pass: (seconds: number) => {
      for (let ms = 0; ms < seconds * 1000; ms += 50) t.mock.timers.tick(50);
    },
    heal: () => {
      healthy = true;
    },
    parked: () => value('messaging_parked_partitions'),
    retried: () => value('messaging_retries_total'),
  };
}

test('a failing partition is tried with growing delays for half a minute, and then parked', async (t) => {
  const { pass, triedAt, parked, retried, retries } = failingPartition(t);
  pass(29);
  const delays = triedAt.slice(1).map((at, index) => at - (triedAt[index] ?? 0));
  assert.ok(delays.length >= 8 && delays.length <= 16, `${delays.length} tries in 29 s`);
  assert.ok((delays[0] ?? 0) <= 300, `the first after ${delays[0]} ms`);
  assert.ok((delays.at(-1) ?? 0) >= 2500, `the last after ${delays.at(-1)} ms`);
  assert.equal(await parked(), 0);
  assert.equal(retries.failures('events', 0), triedAt.length);
  pass(10);
  assert.equal(await parked(), 1);
  assert.equal(await retried(), triedAt.length);
});

test('a parked partition is tried every 15 s for ever, and goes on by itself when its head succeeds', async (t) => {
  const { pass, triedAt, parked, heal, retries } = failingPartition(t);
  pass(60);
  const before = triedAt.length;
  pass(3600);
  assert.equal(triedAt.length - before, 240);
  assert.equal(await parked(), 1);
  heal();
  pass(15);
  assert.equal(await parked(), 0);
  assert.equal(retries.failures('events', 0), 0);
  pass(60);
  assert.equal(triedAt.length - before, 241, 'nothing is left to try');
});

test('stopping ends the waiting', (t) => {
  const { pass, triedAt, retries } = failingPartition(t);
  retries.stop();
  pass(60);
  assert.equal(triedAt.length, 1);
});
