import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { kubectl, openTarget, type Target } from '@tocsin/ops';
import { execa } from 'execa';
import { eventually, make, restartServices, root, servicePods, target } from './platform.ts';
import { unnoticed } from './unnoticed.ts';

const ownCluster = 'tocsin-drain';
const threeNodes = 'KIND_CONFIG=deploy/kind/three-nodes/cluster.yaml';
/**
 * For the cluster that stands, and one of three nodes with two of each service beside it. With less to compute with, a
 * node hears too late that a pod has gone.
 */
const twoClusters = { bytes: 8e9, processors: 4 };

const twice = ['customers', 'orders', 'inventory', 'payments', 'shipping', 'notifications'];

test('a node that is drained is not missed: with two of each service nobody feels it', async (t) => {
  const cluster = await clusterWithSecondWorker(t);
  // Within, what is to be cleared away is so before the cluster is.
  if (cluster) await t.test('on its second worker', (within) => drainSecondWorker(within, cluster));
});

/** The one that stands, if it is such a one, or else one of the test's own; none where Docker has too little for both. */
async function clusterWithSecondWorker(t: TestContext): Promise<Target | undefined> {
  const standing = await target();
  if (await secondWorker(standing)) return standing;
  const format = '{{.MemTotal}} {{.NCPU}}';
  const { stdout } = await execa('docker', ['info', '--format', format], { reject: false });
  const [bytes = 0, processors = 0] = stdout.split(' ').map(Number);
  if (!(bytes >= twoClusters.bytes && processors >= twoClusters.processors)) {
    const needed = `${twoClusters.processors} processors and ${twoClusters.bytes / 1e9} GB of memory for Docker`;
    const why = `a cluster of three nodes beside another takes ${needed}`;
    t.skip(`${why}; for it alone: \`make undeploy\`, \`make deploy ${threeNodes}\`, then this again`);
    return undefined;
  }
  const own = [`CLUSTER=${ownCluster}`, 'CONTEXT=', 'IMAGE=', 'VALUES='];
  t.after(() => make('undeploy', ...own));
  const image = `KIND_IMAGE=${process.env.KIND_IMAGE ?? ''}`;
  const deployed = await make('deploy', threeNodes, image, ...own);
  t.diagnostic(deployed.all.match(/All is well after \d+ s/)?.[0] ?? '');
  return openTarget(root, { cluster: ownCluster });
}

async function drainSecondWorker(t: TestContext, cluster: Target): Promise<void> {
  const node = await secondWorker(cluster);
  assert.ok(node);
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
}

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
