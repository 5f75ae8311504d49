import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdWorkload, kubectl, releaseWorkload } from '@tocsin/ops';
import { startLoad } from './load.ts';
import { restartsOf, servicePods, target } from './platform.ts';
import { reconcile } from './reconcile.ts';

const goneMs = 120_000;
const slowestRefusalMs = 2000;

test('two minutes without the broker restart nobody, take nobody out, and lose no order', async (t) => {
  const cluster = await target();
  t.after(() => releaseWorkload(cluster, 'kafka'));
  const startedAt = Date.now();
  const before = restartsOf(await servicePods(cluster));
  const load = await startLoad(t, cluster, 5);

  await holdWorkload(cluster, 'kafka');
  const until = Date.now() + goneMs;
  let looks = 0;
  while (Date.now() < until) {
    const unready = (await servicePods(cluster)).filter(({ state }) => state !== 'ready');
    assert.deepEqual(unready, [], 'every pod stays in its Service');
    looks += 1;
    await sleep(1000);
  }
  await releaseWorkload(cluster, 'kafka');
  await kubectl(cluster, ['rollout', 'status', 'statefulset/kafka', '--timeout=180s']);

  const stoppedAt = Date.now();
  const { accepted, refused, failed, unfinished } = await load.stop();
  t.diagnostic(
    `${looks} looks; ${accepted} orders accepted, ${refused.length} refused, ${failed.length} failed`,
  );
  assert.deepEqual(failed, [], 'every request has an answer');
  assert.deepEqual(
    refused.filter(({ status, milliseconds }) => status !== 503 || milliseconds > slowestRefusalMs),
    [],
    'what cannot be answered is refused fast, with 503',
  );
  assert.ok(accepted > 0);
  assert.deepEqual(unfinished, [], 'every accepted order ends');
  assert.deepEqual(restartsOf(await servicePods(cluster)), before);
  const { adds, words } = await reconcile(t, cluster, { since: startedAt, until: stoppedAt });
  t.diagnostic(words);
  assert.ok(adds, words);
});
