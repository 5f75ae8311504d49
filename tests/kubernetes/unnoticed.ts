import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Target } from '@tocsin/ops';
import { startLoad } from './load.ts';
import { eventually, firedAlerts, untilServicesReady } from './platform.ts';
import { reconcile } from './reconcile.ts';

const ordersPerSecond = 5;

/**
 * Disturbs the cluster while shoppers order, and fails if anybody notices: no request fails, every order ends, nothing
 * rings, the books add up.
 */
export async function unnoticed(
  t: TestContext,
  cluster: Target,
  disturb: () => Promise<void>,
): Promise<void> {
  await untilServicesReady(cluster);
  await eventually(
    'the test begins in peace',
    () => firedAlerts(cluster),
    (alerts) => alerts.length === 0,
    // What failed while the charts were being installed is in windows of five minutes.
    420_000,
  );
  const startedAt = Date.now();
  const load = await startLoad(t, cluster, ordersPerSecond);

  await disturb();

  const stoppedAt = Date.now();
  const { accepted, refused, failed, unfinished } = await load.stop();
  t.diagnostic(
    `${accepted} orders accepted, ${refused.length} refused, ${failed.length} failed in ${Math.ceil((stoppedAt - startedAt) / 1000)} s`,
  );
  assert.deepEqual([...refused, ...failed], [], 'no request fails');
  assert.deepEqual(unfinished, [], 'every accepted order ends');
  assert.deepEqual(await firedAlerts(cluster, Math.ceil((Date.now() - startedAt) / 1000)), [], 'no alert');
  const { adds, judged, words } = await reconcile(t, cluster, { since: startedAt, until: stoppedAt });
  t.diagnostic(words);
  assert.ok(adds && judged > 0, words);
}
