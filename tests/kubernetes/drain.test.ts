import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl, type Target } from '@tocsin/ops';
import { eventually, restartServices, servicePods, target } from './platform.ts';
import { unnoticed } from './unnoticed.ts';

const twice = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'];

test('a node that is drained is not missed: with two of each service nobody feels it', async (t) => {
  const cluster = await target();
  const node = await secondWorker(cluster);
  if (!node) {
    t.skip('it takes a cluster of `make deploy KIND_CONFIG=deploy/kind/three-nodes/cluster.yaml`');
    return;
  }
  t.after(() => kubectl(cluster, ['uncordon', node]));
  const missing = async () => {
    const there = await namesOn(cluster, node);
    return twice.filter((name) => !there.includes(name));
  };
  // After an earlier drain all may be on the other one.
  if ((await missing()).length > 0) await restartServices(cluster);
  assert.deepEqual(await missing(), [], `each has a pod on ${node}`);

  await unnoticed(t, cluster, async () => {
    const how = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=300s'];
    await kubectl(cluster, ['drain', node, ...how]);
    assert.deepEqual(await namesOn(cluster, node), []);
    await eventually(
      'two of each elsewhere',
      () => servicePods(cluster),
      (pods) =>
        pods.every(({ state }) => state === 'ready') &&
        twice.every((name) => pods.filter((pod) => pod.name.startsWith(`${name}-`)).length === 2),
      180_000,
    );
  });
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
