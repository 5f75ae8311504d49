import { builtImages, isOneOfOursLeft, removeImages } from './built-images.ts';
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
  if (!context && ((await isHalfCreated(root, cluster)) || (await mayGo(root, cluster)))) {
    await deleteCluster(root, cluster);
    say(`The kind cluster ${cluster} is gone.`);
    await removeBuiltImages(root, say);
    return;
  }
  const target = await openTarget(root, options);
  say(`From ${target.context}, which stays, goes what \`make deploy\` installed:`);
  await uninstall(target, say);
}

/** They were built for the cluster. Another one of ours is given them again from here, whoever deploys there next. */
async function removeBuiltImages(root: string, say: (line: string) => void): Promise<void> {
  if (await isOneOfOursLeft(root)) return;
  const names = await builtImages();
  await removeImages(names);
  if (names.length > 0) say(`So are the images that were built for it: ${names.join(', ')}`);
}

/** @throws with the way out when the cluster does not say whose it is. */
async function mayGo(root: string, cluster: string): Promise<boolean> {
  try {
    return await isOurCluster(root, cluster);
  } catch (error) {
    const lines = [
      `The kind cluster ${cluster} does not answer, and so does not say whether \`make deploy\` has created it.`,
      `If all of it may go: kind delete cluster --name ${cluster}`,
      `What was asked: ${error instanceof Error ? error.message : String(error)}`,
    ];
    throw new Error(lines.join('\n'), { cause: error });
  }
}

async function uninstall(target: Target, say: (line: string) => void): Promise<void> {
  const { ours, others } = await installedReleases(target);
  for (const release of releases.toReversed()) {
    if (others.includes(release)) say(`release ${release} is of somebody else, and stays`);
    if (!ours.includes(release)) continue;
    await helm(target, ['uninstall', release, '--wait', '--timeout=5m']);
    say(`release ${release} is gone`);
  }
  const standing = await standingReleases(target);
  const notOfOthers = releases.filter((release) => !others.includes(release));
  for (const release of notOfOthers.filter((release) => standing.includes(release))) {
    say(`what is called ${release} and has no release is of somebody else, and stays`);
  }
  await deleteLeftovers(
    target,
    notOfOthers.filter((release) => !standing.includes(release)),
  );
  await deleteNamespace(target, say);
}

const ofOurCharts = 'app.kubernetes.io/part-of=tocsin';

/**
 * What has workloads of our charts still. Helm takes them along: they are of somebody who installs the charts without
 * it, as Argo CD does, and whose volumes and passwords have the same labels as those that a release has left.
 */
async function standingReleases(target: Target): Promise<string[]> {
  const instances = await kubectl(target, [
    ...['get', 'deployments,statefulsets', `--selector=${ofOurCharts}`],
    '--output=jsonpath={.items[*].metadata.labels.app\\.kubernetes\\.io/instance}',
  ]);
  return [...new Set(instances.split(' ').filter(Boolean))];
}

/** Helm leaves volumes, the passwords that fit them, and what hooks have made. They have the labels of our charts. */
async function deleteLeftovers(target: Target, ofReleases: readonly string[]): Promise<void> {
  if (ofReleases.length === 0) return; // A selector cannot say so.
  const which = `${ofOurCharts},app.kubernetes.io/instance in (${ofReleases})`;
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
