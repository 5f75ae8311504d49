import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import { kubectl, type Target } from './target.ts';

type Workload = Deployment | StatefulSet;

/** Remembers, in the cluster, how many pods a part had: whoever releases it may be another process. */
const annotation = 'tocsin/held-replicas';

/** Scales a part to nothing and returns when its last pod is gone. */
export async function holdWorkload(target: Target, part: string): Promise<void> {
  const { resource, workload } = await findWorkload(target, part);
  const replicas = workload.spec?.replicas ?? 1;
  // Twice held, it is what it was at first that counts.
  if (replicas > 0) {
    await kubectl(target, ['annotate', resource, `${annotation}=${replicas}`, '--overwrite']);
    await kubectl(target, ['scale', resource, '--replicas=0']);
  }
  await kubectl(target, ['wait', 'pods', podsOf(workload), '--for=delete', '--timeout=120s']);
}

/** Gives a held part the pods that it had, and does not wait for them. One that is not held is left as it is. */
export async function releaseWorkload(target: Target, part: string): Promise<void> {
  await letGo(target, (await findWorkload(target, part)).workload);
}

/** Lets go of whatever is held, and does not wait for it. @returns the names. */
export async function releaseAll(target: Target): Promise<string[]> {
  const released: string[] = [];
  for (const workload of await workloads(target)) {
    if (await letGo(target, workload)) released.push(workload.metadata?.name ?? '');
  }
  return released;
}

async function letGo(target: Target, workload: Workload): Promise<boolean> {
  const replicas = workload.metadata?.annotations?.[annotation];
  if (replicas === undefined) return false;
  const resource = resourceOf(workload);
  await kubectl(target, ['scale', resource, `--replicas=${replicas}`]);
  await kubectl(target, ['annotate', resource, `${annotation}-`]);
  return true;
}

/** Returns when a part has all the pods that it is to have, ready. @throws Error in kubectl's words when it takes too long. */
export async function untilRolledOut(target: Target, part: string): Promise<void> {
  const { resource } = await findWorkload(target, part);
  await kubectl(target, ['rollout', 'status', resource, '--timeout=180s']);
}

/**
 * Deletes the pods of a part with a second's warning; their controller makes new ones. Not by force, which only makes
 * Kubernetes forget them: the next pod of a StatefulSet would start beside one that still writes to its volume.
 */
export async function killWorkload(target: Target, part: string): Promise<void> {
  const { workload } = await findWorkload(target, part);
  await kubectl(target, ['delete', 'pods', podsOf(workload), '--grace-period=1', '--wait=false']);
}

/** Exchanges the pods of a part as a deployment does, and does not wait for it. */
export async function restartWorkload(target: Target, part: string): Promise<void> {
  const { resource } = await findWorkload(target, part);
  await kubectl(target, ['rollout', 'restart', resource]);
}

/** Whether there is a part of that name. */
export async function hasWorkload(target: Target, part: string): Promise<boolean> {
  return (await workloads(target)).some(({ metadata }) => metadata?.name === part);
}

/** @throws Error when there is none of that very name. */
export async function findWorkload(target: Target, part: string) {
  const workload = workloadOf(await workloads(target), part);
  return { workload, resource: resourceOf(workload) };
}

function resourceOf({ kind, metadata }: Workload): string {
  return `${kind?.toLowerCase()}/${metadata?.name}`;
}

async function workloads(target: Target): Promise<Workload[]> {
  const found = await kubectl(target, ['get', 'deployments,statefulsets', '--output=json']);
  return (JSON.parse(found) as { items: Workload[] }).items;
}

/** What kubectl is told to mean its pods, and no others. */
export function podsOf(workload: Workload): string {
  const labels = Object.entries(workload.spec?.selector.matchLabels ?? {}).map((label) => label.join('='));
  return `--selector=${labels}`;
}

/**
 * The one workload of that very name; labels would not tell Postgres from its exporter.
 * @throws Error when there is none, with the names that there are.
 */
export function workloadOf(workloads: readonly Workload[], part: string): Workload {
  const [workload, another] = workloads.filter(({ metadata }) => metadata?.name === part);
  const names = workloads.map(({ metadata }) => metadata?.name).sort();
  if (!workload)
    throw new Error(`There is no part ${part} that has pods of its own; there are ${names.join(', ')}`);
  if (another) throw new Error(`${part} is both a ${workload.kind} and a ${another.kind}`);
  return workload;
}
