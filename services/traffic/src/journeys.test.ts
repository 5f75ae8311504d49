import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJourneys, longestSpanSeconds } from './journeys.ts';

test('a summary is of the last seconds only, and its quantiles are values that were seen', () => {
  let now = 0;
  const journeys = createJourneys(() => now);
  journeys.add({ outcome: 'timed_out', orderId: 'old' });
  now = 30_000;
  for (let ms = 100; ms >= 1; ms--) journeys.add({ outcome: 'shipped', shippedAfterMs: ms });
  journeys.add({ outcome: 'skipped' });

  const { outcomes, shippedMs } = journeys.summary(10);
  assert.deepEqual(shippedMs, { p50: 50, p95: 95, p99: 99 });
  assert.deepEqual(
    [outcomes.shipped, outcomes.skipped, outcomes.timed_out, outcomes.unexpected],
    [100, 1, 0, 0],
  );
  assert.equal(journeys.summary(60).outcomes.timed_out, 1);
});

test('without shipped orders there are no quantiles', () => {
  assert.equal(createJourneys().summary(60).shippedMs, null);
});

test('what no summary can ask for is forgotten', () => {
  let now = 0;
  const journeys = createJourneys(() => now);
  journeys.add({ outcome: 'shipped', shippedAfterMs: 1 });
  now = (longestSpanSeconds + 1) * 1000;
  journeys.add({ outcome: 'skipped' });
  const { outcomes } = journeys.summary(2 * longestSpanSeconds);
  assert.deepEqual([outcomes.shipped, outcomes.skipped], [0, 1]);
});
