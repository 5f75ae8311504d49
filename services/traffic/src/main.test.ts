import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { startServiceProcess } from '@tocsin/kit/testing/service-process';
import { openTestShop } from './test-shop.ts';

const everybodyIsPleased = {
  TRAFFIC_DECLINED_SHARE: '0',
  TRAFFIC_OUT_OF_STOCK_SHARE: '0',
  TRAFFIC_ORDERS_PER_SECOND: '50',
};

test('what shoppers see is counted, and the rate can be changed', async (t) => {
  const { metrics, put, get } = await traffic(t);
  const before = await metrics();
  for (const outcome of ['failed_register', 'failed_order', 'timed_out', 'unexpected', 'skipped']) {
    assert.equal(before[`journey_total{outcome="${outcome}"}`], 0);
  }
  await until('orders are shipped', async () => ((await metrics())[shipped] ?? 0) >= 5);
  const told = await metrics();
  assert.ok((told.journey_shipped_duration_seconds_count ?? 0) >= 5);
  const median = told['journey_shipped_recent_seconds{quantile="0.5"}'] ?? Number.NaN;
  const slowest = told['journey_shipped_recent_seconds{quantile="0.99"}'] ?? Number.NaN;
  assert.ok(median > 0 && slowest >= median, `median ${median}, p99 ${slowest}`);

  assert.deepEqual(await get('/rate'), { ordersPerSecond: 50 });
  assert.equal((await put('/rate', { ordersPerSecond: 501 })).status, 400);
  assert.equal((await put('/rate', { ordersPerSecond: 0 })).status, 200);
  await until('all are back', async () => (await metrics()).journey_in_flight === 0);

  const { outcomes, shippedMs } = (await get('/summary?seconds=300')) as Record<
    string,
    Record<string, number>
  >;
  assert.equal(outcomes?.shipped, (await metrics())[shipped]);
  assert.ok((shippedMs?.p99 ?? 0) >= (shippedMs?.p50 ?? Number.NaN));
});

test('a shop that hangs is not buried under shoppers, and does not hold up the end', async (t) => {
  const { metrics, shop, kill } = await traffic(t, { TRAFFIC_MAX_IN_FLIGHT: '10' });
  shop.hanging = true;
  const skipped = 'journey_total{outcome="skipped"}';
  await until('some are skipped', async () => ((await metrics())[skipped] ?? 0) > 0);
  assert.equal((await metrics()).journey_in_flight, 10);
  assert.equal((await kill('SIGTERM')).code, 0);
});

const shipped = 'journey_total{outcome="shipped"}';

async function traffic(t: TestContext, environment: Record<string, string> = {}) {
  const clean = cleanup(t);
  const shop = await openTestShop(clean);
  const service = await startServiceProcess(clean, new URL('main.ts', import.meta.url), {
    CUSTOMERS_URL: shop.url,
    ORDERS_URL: shop.url,
    ...everybodyIsPleased,
    ...environment,
  });
  return {
    shop,
    kill: service.kill,
    get: async (path: string): Promise<unknown> => (await fetch(`${service.url}${path}`)).json(),
    put: (path: string, body: object) =>
      fetch(`${service.url}${path}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    /** Each series with its value. */
    async metrics(): Promise<Record<string, number>> {
      const lines = (await (await fetch(`${service.adminUrl}/metrics`)).text()).split('\n');
      const series = lines.filter((line) => line && !line.startsWith('#')).map((line) => line.split(' '));
      return Object.fromEntries(series.map(([name, value]) => [name, Number(value)]));
    },
  };
}
