import { clusterExists, deleteCluster, isHalfCreated } from './kind.ts';
import { releases } from './releases.ts';
import { helm, kubectl, namespace, openTarget, type Target, type TargetOptions } from './target.ts';

/** By this label of deploy/kind's files a cluster is known as ours. */
const madeByUs = 'tocsin/made-by=make-deploy';

/** `make undeploy`: deletes the cluster that `make deploy` has created; of any other, what it installed there. */
export async function undeploy(
  root: string,
  options: TargetOptions,
  say: (line: string) => void,
): Promise<void> {
  const { cluster, context } = options;
  if (!context && !(await clusterExists(cluster))) {
    say(`There is no kind cluster ${cluster}.`);
    return;
  }
  if (!context && (isHalfCreated(root, cluster) || (await isOurs(await openTarget(root, options))))) {
    await deleteCluster(root, cluster);
    say(`The kind cluster ${cluster} is gone.`);
    return;
  }
  const target = await openTarget(root, options);
  say(`From ${target.context}, which stays, goes what \`make deploy\` installed:`);
  await uninstall(target, say);
}

async function isOurs(target: Target): Promise<boolean> {
  const nodes = await kubectl(target, ['get', 'nodes', `--selector=${madeByUs}`, '--output=name']);
  return nodes !== '';
}

async function uninstall(target: Target, say: (line: string) => void): Promise<void> {
  for (const release of releases.toReversed()) {
    await helm(target, ['uninstall', release, '--ignore-not-found', '--wait', '--timeout=5m']);
    say(`release ${release} is gone`);
  }
  // Helm leaves the volumes of StatefulSets, and what hooks have made.
  await kubectl(target, ['delete', 'persistentvolumeclaims', '--all', '--timeout=120s']);
  await kubectl(target, ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=180s']);
  say(`namespace ${namespace} is gone`);
}
