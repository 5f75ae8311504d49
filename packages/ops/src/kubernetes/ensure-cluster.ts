import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NodeList } from 'kubernetes-types/core/v1.js';
import { parse } from 'yaml';
import { clusterExists, deleteCluster } from './kind.ts';
import { madeByUs } from './run-id.ts';
import { runProgram } from './run-program.ts';
import { kubectl, openTarget } from './target.ts';

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
    if (!(await isHalfCreated(root, cluster))) return 'there';
    report('an earlier run was cut off while it was created: creating it anew');
    await deleteCluster(root, cluster);
  }
  const input = withOurLabel(await readFile(config, 'utf8'));
  await mkdir(path.dirname(mark), { recursive: true });
  await writeFile(mark, '');
  const current = await currentContext();
  const image = nodeImage ? ['--image', nodeImage] : [];
  const how = ['--config=-', ...image, '--wait=180s'];
  try {
    await runProgram('kind', ['create', 'cluster', '--name', cluster, ...how], { input });
  } catch (error) {
    // What kind could not create it has removed; a cluster that somebody makes of that name later is none of ours.
    if (!(await clusterExists(cluster))) await rm(mark, { force: true });
    throw error;
  }
  await rm(mark);
  // kind makes its context the current one; whoever had another may not know that when typing the next command.
  if (current) await runProgram('kubectl', ['config', 'use-context', current]).catch(() => {});
  return 'created';
}

/**
 * Whether a run was cut off while it created the cluster. One that answers and has none of our labels is another,
 * made by somebody since.
 */
export async function isHalfCreated(root: string, cluster: string): Promise<boolean> {
  if (!existsSync(creationMark(root, cluster))) return false;
  if ((await isOurCluster(root, cluster).catch(() => undefined)) !== false) return true;
  await rm(creationMark(root, cluster), { force: true });
  return false;
}

/**
 * kind's configuration with our label on each node. A node has it from its first moment, so that a cluster is known as
 * ours however early the run that creates it is cut off.
 */
export function withOurLabel(config: string): string {
  const { nodes, ...others } = (parse(config) ?? {}) as { nodes?: { labels?: object }[] | null };
  // Without nodes kind makes one of these.
  const all = nodes?.length ? nodes : [{ role: 'control-plane', labels: {} }];
  const labelled = all.map((node) => ({
    ...node,
    labels: { ...node.labels, [madeByUs.label]: madeByUs.value },
  }));
  return JSON.stringify({ ...others, nodes: labelled });
}

/** By the label of its nodes a whole cluster is known as ours. @throws when it has no node yet, or does not answer. */
export async function isOurCluster(root: string, cluster: string): Promise<boolean> {
  const which = ['--request-timeout=10s', '--output=json'];
  const nodes = await kubectl(await openTarget(root, { cluster }), ['get', 'nodes', ...which]);
  const { items } = JSON.parse(nodes) as NodeList;
  if (items.length === 0) throw new Error(`The cluster ${cluster} has no node yet`);
  return items.some(({ metadata }) => metadata?.labels?.[madeByUs.label] === madeByUs.value);
}

function creationMark(root: string, cluster: string): string {
  return path.join(root, '.tocsin/kubernetes', `${cluster}.creating`);
}

/** Of the person's own kubeconfig; undefined when there is none. */
function currentContext(): Promise<string | undefined> {
  return runProgram('kubectl', ['config', 'current-context']).catch(() => undefined);
}
