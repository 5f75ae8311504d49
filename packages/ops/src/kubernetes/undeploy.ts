import { isHalfCreated, isOurCluster } from './ensure-cluster.ts';
import { clusterExists, deleteCluster } from './kind.ts';
import { ownerOf } from './our-namespace.ts';
import { installedReleases, releases } from './releases.ts';
import { helm, kubectl, namespace, openTarget, type Target, type TargetOptions } from './target.ts';

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
  if (!context && ((await isHalfCreated(root, cluster)) || (await isOurCluster(root, cluster)))) {
    await deleteCluster(root, cluster);
    say(`The kind cluster ${cluster} is gone.`);
    return;
  }
  const target = await openTarget(root, options);
  say(`From ${target.context}, which stays, goes what \`make deploy\` installed:`);
  await uninstall(target, say);
}

async function uninstall(target: Target, say: (line: string) => void): Promise<void> {
  const { ours, others } = await installedReleases(target);
  for (const release of releases.toReversed()) {
    if (others.includes(release)) say(`release ${release} is of somebody else, and stays`);
    if (!ours.includes(release)) continue;
    await helm(target, ['uninstall', release, '--wait', '--timeout=5m']);
    say(`release ${release} is gone`);
  }
  await deleteLeftovers(
    target,
    releases.filter((release) => !others.includes(release)),
  );
  await deleteNamespace(target, say);
}

/** Helm leaves volumes, the passwords that fit them, and what hooks have made. They have the labels of our charts. */
async function deleteLeftovers(target: Target, ofReleases: readonly string[]): Promise<void> {
  const which = `app.kubernetes.io/part-of=tocsin,app.kubernetes.io/instance in (${ofReleases})`;
  const kinds = 'pods,jobs,configmaps,secrets,persistentvolumeclaims';
  await kubectl(target, ['delete', kinds, `--selector=${which}`, '--timeout=120s']);
}

const inhabitants = 'deployments,statefulsets,daemonsets,jobs,cronjobs,pods,services,persistentvolumeclaims';

async function deleteNamespace(target: Target, say: (line: string) => void): Promise<void> {
  const owner = await ownerOf(target);
  if (owner === 'nobody') return;
  if (owner === 'of others') {
    say(`namespace ${namespace} is of somebody else, and stays`);
    return;
  }
  const left = (await kubectl(target, ['get', inhabitants, '--output=name'])).split('\n').filter(Boolean);
  if (left.length > 0) {
    say(`namespace ${namespace} stays: others use it (${left.slice(0, 5).join(', ')})`);
    return;
  }
  await kubectl(target, ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=180s']);
  say(`namespace ${namespace} is gone`);
}
