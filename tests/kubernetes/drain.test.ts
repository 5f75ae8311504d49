import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl, type Target } from '@tocsin/ops';
import { startLoad } from './load.ts';
import { eventually, servicePods, target, watchAlerts } from './platform.ts';
import { reconcile } from './reconcile.ts';

const twice = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'];

test('a node that is drained is not missed: with two of each service nobody feels it', async (t) => {
  const cluster = await target();
  const node = await secondWorker(cluster);
  if (!node) {
    t.skip('it takes a cluster of `make deploy KIND_CONFIG=deploy/kind/three-nodes/cluster.yaml`');
    return;
  }
  t.after(() => kubectl(cluster, ['uncordon', node]));
  await eventually(
    'the test begins in peace',
    () => watchAlerts(cluster, AbortSignal.abort()),
    (alerts) => alerts.length === 0,
    180_000,
  );
  const before = await namesOn(cluster, node);
  for (const name of twice) assert.ok(before.includes(name), `${name} is not on ${node}: ${before}`);

  const startedAt = Date.now();
  const load = await startLoad(t, cluster, 5);
  const done = new AbortController();
  t.after(() => done.abort());
  const rang = watchAlerts(cluster, done.signal);
  const how = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=300s'];
  await kubectl(cluster, ['drain', node, ...how]);
  t.diagnostic(`drained after ${Math.ceil((Date.now() - startedAt) / 1000)} s`);
  assert.deepEqual(await namesOn(cluster, node), []);
  await eventually(
    'two of each elsewhere',
    () => servicePods(cluster),
    (pods) =>
      pods.every(({ state }) => state === 'ready') &&
      twice.every((name) => pods.filter((pod) => pod.name.startsWith(`${name}-`)).length === 2),
    180_000,
  );

  const stoppedAt = Date.now();
  const { accepted, refused, failed, unfinished } = await load.stop();
  done.abort();
  t.diagnostic(`${accepted} orders accepted, ${refused.length} refused, ${failed.length} failed`);
  assert.deepEqual([...refused, ...failed], [], 'no request fails');
  assert.deepEqual(unfinished, [], 'every accepted order ends');
  assert.deepEqual(await rang, [], 'no alert');
  const { adds, words } = await reconcile(t, cluster, { since: startedAt, until: stoppedAt });
  t.diagnostic(words);
  assert.ok(adds, words);
});

async function secondWorker(target: Target): Promise<string | undefined> {
  const name = '--output=jsonpath={.items[*].metadata.name}';
  return (await kubectl(target, ['get', 'nodes', '--selector=tocsin/worker=second', name])) || undefined;
}

/** Names of the services that have a pod on the node. */
async function namesOn(target: Target, node: string): Promise<string[]> {
  const names = await kubectl(target, [
    ...['get', 'pods', '--selector=app.kubernetes.io/component=service'],
    `--field-selector=spec.nodeName=${node}`,
    '--output=jsonpath={.items[*].metadata.labels.app\\.kubernetes\\.io/name}',
  ]);
  return names.split(' ').filter(Boolean);
}
