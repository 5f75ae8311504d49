import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from './run-program.ts';

export async function clusterExists(cluster: string): Promise<boolean> {
  return (await runProgram('kind', ['get', 'clusters', '--quiet'])).split('\n').includes(cluster);
}

export function kubeconfigOf(cluster: string): Promise<string> {
  return runProgram('kind', ['get', 'kubeconfig', '--name', cluster]);
}

/** Creates the cluster when there is none, and anew when an earlier run was cut off while it did. */
export async function ensureCluster(
  root: string,
  options: {
    cluster: string;
    config: string;
    nodeImage?: string | undefined;
    report: (line: string) => void;
  },
): Promise<'created' | 'there'> {
  const { cluster, config, nodeImage, report } = options;
  const mark = creationMark(root, cluster);
  if (await clusterExists(cluster)) {
    if (!isHalfCreated(root, cluster)) return 'there';
    report('an earlier run was cut off while it was created: creating it anew');
    await deleteCluster(root, cluster);
  }
  await mkdir(path.dirname(mark), { recursive: true });
  await writeFile(mark, '');
  const current = await currentContext();
  const image = nodeImage ? ['--image', nodeImage] : [];
  const how = ['--config', config, ...image, '--wait=180s'];
  await runProgram('kind', ['create', 'cluster', '--name', cluster, ...how]);
  await rm(mark);
  // kind makes its context the current one; whoever had another may not know that when typing the next command.
  if (current) await runProgram('kubectl', ['config', 'use-context', current]).catch(() => {});
  return 'created';
}

/** Whether a run was cut off while it created the cluster. */
export function isHalfCreated(root: string, cluster: string): boolean {
  return existsSync(creationMark(root, cluster));
}

function creationMark(root: string, cluster: string): string {
  return path.join(root, '.tocsin/kubernetes', `${cluster}.creating`);
}

export async function deleteCluster(root: string, cluster: string): Promise<void> {
  await runProgram('kind', ['delete', 'cluster', '--name', cluster]);
  const files = ['creating', 'kubeconfig'].map((kind) => `${cluster}.${kind}`);
  for (const file of files) await rm(path.join(root, '.tocsin/kubernetes', file), { force: true });
}

/** Brings images of the local engine into the nodes; those that they have already cost nothing. */
export async function loadImages(cluster: string, images: readonly string[]): Promise<void> {
  if (images.length === 0) return;
  await runProgram('kind', ['load', 'docker-image', '--name', cluster, ...images]);
}

/** Of the person's own kubeconfig; undefined when there is none. */
function currentContext(): Promise<string | undefined> {
  return runProgram('kubectl', ['config', 'current-context']).catch(() => undefined);
}
