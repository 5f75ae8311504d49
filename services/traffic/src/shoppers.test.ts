import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { until } from '@tocsin/kit/testing/backing';
import { createShoppers } from './shoppers.ts';

test('shoppers set out whether or not those before them are back, up to a bound', async (t) => {
  const { seen } = crowd(t, { perSecond: 500, maxInFlight: 3 });
  await until(
    'some are skipped',
    () => seen.skipped >= 5,
    30_000,
    () => seen,
  );
  assert.equal(seen.sent, 3);
  seen.comeBack();
  await until(
    'others set out',
    () => seen.sent === 6,
    30_000,
    () => seen,
  );
});

test('a rate of 0 sends nobody, and a new rate holds soon', async (t) => {
  const { seen, shoppers } = crowd(t, { perSecond: 0, maxInFlight: 1000 });
  shoppers.setRate(500);
  await until(
    'some are sent',
    () => seen.sent >= 5,
    30_000,
    () => seen,
  );
  shoppers.setRate(0);
  assert.equal(shoppers.rate(), 0);
  const { sent } = seen;
  // A slower clock beside the same loop: had it gone on, it would have sent many by then.
  const other = crowd(t, { perSecond: 20, maxInFlight: 1000 });
  await until(
    'others set out',
    () => other.seen.sent >= 5,
    30_000,
    () => other.seen,
  );
  assert.equal(seen.sent, sent);
});

test('the end waits for those who are under way, and sends nobody else', async (t) => {
  const { seen, stop, done } = crowd(t, { perSecond: 500, maxInFlight: 1000 });
  await until(
    'some are sent',
    () => seen.sent >= 3,
    30_000,
    () => seen,
  );
  stop();
  const { sent } = seen;
  let ended = false;
  void done.then(() => {
    ended = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(ended, false);
  seen.comeBack();
  await done;
  assert.equal(seen.sent, sent);
});

/** Shoppers who come back when the test says so. */
function crowd(t: TestContext, options: { perSecond: number; maxInFlight: number }) {
  const away: (() => void)[] = [];
  const seen = {
    sent: 0,
    skipped: 0,
    comeBack() {
      for (const back of away.splice(0)) back();
    },
  };
  const shoppers = createShoppers({
    ...options,
    go() {
      seen.sent++;
      return new Promise((resolve) => void away.push(resolve));
    },
    skip() {
      seen.skipped++;
    },
  });
  const stopping = new AbortController();
  const done = shoppers.run(stopping.signal);
  t.after(async () => {
    stopping.abort();
    seen.comeBack();
    await done;
  });
  return { shoppers, seen, done, stop: () => stopping.abort() };
}
