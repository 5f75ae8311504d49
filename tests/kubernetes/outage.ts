import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdWorkload, kubectl, releaseWorkload, type Target } from '@tocsin/ops';
import { type LoadReport, startLoad } from './load.ts';
import { restartsOf, servicePods, untilServicesReady } from './platform.ts';
import { reconcile } from './reconcile.ts';

/** How long shoppers go on when they can: orders of that time are judged, too. */
const recoveryMs = 30_000;

/**
 * Takes a StatefulSet away for a while, while shoppers order, and brings it back. Fails when a service is restarted or
 * leaves its Service, when a request has no answer, an accepted order no end, when orders are not accepted again soon
 * after, or the books do not add up.
 */
export async function outage(
  t: TestContext,
  cluster: Target,
  part: 'kafka' | 'postgres',
  goneMs: number,
): Promise<LoadReport> {
  const bringBack = async () => {
    await releaseWorkload(cluster, part);
    await kubectl(cluster, ['rollout', 'status', `statefulset/${part}`, '--timeout=180s']);
  };
  t.after(bringBack);
  await untilServicesReady(cluster);
  const startedAt = Date.now();
  const before = restartsOf(await servicePods(cluster));
  const load = await startLoad(t, cluster, 5);

  await holdWorkload(cluster, part);
  const until = Date.now() + goneMs;
  let looks = 0;
  while (Date.now() < until) {
    const unready = (await servicePods(cluster)).filter(({ state }) => state !== 'ready');
    assert.deepEqual(unready, [], 'every pod stays in its Service');
    looks += 1;
    await sleep(1000);
  }
  await bringBack();

  await load.accepting();
  await sleep(recoveryMs);
  const stoppedAt = Date.now();
  const report = await load.stop();
  const { accepted, refused, failed, unfinished } = report;
  const slowest = Math.max(0, ...refused.map(({ milliseconds }) => milliseconds));
  t.diagnostic(
    `${looks} looks; ${accepted} orders accepted, ${refused.length} refused within ${slowest} ms, ${failed.length} failed`,
  );
  assert.ok(looks > 0);
  assert.deepEqual(failed, [], 'every request has an answer');
  assert.deepEqual(unfinished, [], 'every accepted order ends');
  assert.deepEqual(restartsOf(await servicePods(cluster)), before, 'nobody is restarted');
  const { adds, judged, words } = await reconcile(t, cluster, { since: startedAt, until: stoppedAt });
  t.diagnostic(words);
  assert.ok(adds && judged > 0, words);
  return report;
}
