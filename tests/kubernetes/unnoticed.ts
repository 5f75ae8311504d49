import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Target } from '@tocsin/ops';
import { startLoad } from './load.ts';
import { eventually, watchAlerts } from './platform.ts';
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
  await eventually(
    'the test begins in peace',
    () => watchAlerts(cluster, AbortSignal.abort()),
    (alerts) => alerts.length === 0,
    // What failed while the charts were being installed is in windows of five minutes.
    420_000,
  );
  const startedAt = Date.now();
  const load = await startLoad(t, cluster, ordersPerSecond);
  const done = new AbortController();
  t.after(() => done.abort());
  const rang = watchAlerts(cluster, done.signal);

  await disturb();

  const stoppedAt = Date.now();
  const { accepted, refused, failed, unfinished } = await load.stop();
  done.abort();
  t.diagnostic(
    `${accepted} orders accepted, ${refused.length} refused, ${failed.length} failed in ${Math.ceil((stoppedAt - startedAt) / 1000)} s`,
  );
  assert.deepEqual([...refused, ...failed], [], 'no request fails');
  assert.deepEqual(unfinished, [], 'every accepted order ends');
  assert.deepEqual(await rang, [], 'no alert');
  const { adds, judged, words } = await reconcile(t, cluster, { since: startedAt, until: stoppedAt });
  t.diagnostic(words);
  assert.ok(adds && judged > 0, words);
}
