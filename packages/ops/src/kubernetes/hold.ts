import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import { kubectl, type Target } from './target.ts';

/** Remembers, in the cluster, how many pods a part had: whoever releases it may be another process. */
const annotation = 'tocsin/held-replicas';

/** Scales a part to nothing and returns when its last pod is gone. */
export async function holdWorkload(target: Target, part: string): Promise<void> {
  const { resource, workload } = await find(target, part);
  const replicas = workload.spec?.replicas ?? 1;
  // Twice held, it is what it was at first that counts.
  if (replicas > 0) {
    await kubectl(target, ['annotate', resource, `${annotation}=${replicas}`, '--overwrite']);
    await kubectl(target, ['scale', resource, '--replicas=0']);
  }
  await kubectl(target, ['wait', 'pods', `--selector=${selector(part)}`, '--for=delete', '--timeout=120s']);
}

/** Gives a held part the pods that it had, and does not wait for them. One that is not held is left as it is. */
export async function releaseWorkload(target: Target, part: string): Promise<void> {
  const { resource, workload } = await find(target, part);
  const replicas = workload.metadata?.annotations?.[annotation];
  if (replicas === undefined) return;
  await kubectl(target, ['scale', resource, `--replicas=${replicas}`]);
  await kubectl(target, ['annotate', resource, `${annotation}-`]);
}

/** Deletes the pods of a part without a word of warning; their controller makes new ones. */
export async function killWorkload(target: Target, part: string): Promise<void> {
  await find(target, part);
  const now = ['--grace-period=0', '--force', '--wait=false'];
  await kubectl(target, ['delete', 'pods', `--selector=${selector(part)}`, ...now]);
}

/** Exchanges the pods of a part as a deployment does, and does not wait for it. */
export async function restartWorkload(target: Target, part: string): Promise<void> {
  const { resource } = await find(target, part);
  await kubectl(target, ['rollout', 'restart', resource]);
}

async function find(target: Target, part: string) {
  const which = `--selector=${selector(part)}`;
  const found = await kubectl(target, ['get', 'deployments,statefulsets', which, '--output=json']);
  const [workload] = (JSON.parse(found) as { items: (Deployment | StatefulSet)[] }).items;
  if (!workload) throw new Error(`There is no part ${part} that could be held`);
  return { workload, resource: `${workload.kind?.toLowerCase()}/${workload.metadata?.name}` };
}

const selector = (part: string) => `app.kubernetes.io/name=${part}`;
