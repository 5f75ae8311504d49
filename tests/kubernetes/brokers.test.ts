import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl } from '@tocsin/ops';
import { startLoad } from './load.ts';
import { queryPrometheus, target } from './platform.ts';
import { reconcile } from './reconcile.ts';

test('three brokers are replaced one after the other, none before the last has caught up', async (t) => {
  const cluster = await target();
  const replicas = await kubectl(cluster, ['get', 'statefulset/kafka', '--output=jsonpath={.spec.replicas}']);
  if (replicas !== '3') {
    t.skip('it takes three brokers: `make deploy VALUES=deploy/kind/three-brokers`');
    return;
  }
  const startedAt = Date.now();
  const load = await startLoad(t, cluster, 5);
  await kubectl(cluster, ['rollout', 'restart', 'statefulset/kafka']);
  await kubectl(cluster, ['rollout', 'status', 'statefulset/kafka', '--timeout=540s']);
  const stoppedAt = Date.now();
  const { accepted, refused, failed, unfinished } = await load.stop();
  t.diagnostic(`${accepted} orders accepted in ${Math.ceil((stoppedAt - startedAt) / 1000)} s`);
  assert.deepEqual([...refused, ...failed], [], 'no request fails');
  assert.deepEqual(unfinished, [], 'every accepted order ends');
  // Until now, not until the load stopped: the span would begin too late.
  const span = `${Math.ceil((Date.now() - startedAt) / 1000)}s`;
  const below = `max(max_over_time(kafka_server_replicamanager_underminisrpartitioncount[${span}]))`;
  assert.deepEqual(
    (await queryPrometheus(cluster, below)).map(({ value }) => value),
    ['0'],
    'no partition has fewer replicas in sync than a write needs',
  );
  const { adds, judged, words } = await reconcile(t, cluster, { since: startedAt, until: stoppedAt });
  t.diagnostic(words);
  assert.ok(adds && judged > 0, words);
});
