import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import { diagnose } from './diagnose.ts';
import { kubectl, type Target } from './target.ts';

/**
 * A replay in a pod of its own: Kafka would send whoever asks from outside on to addresses of the cluster.
 * @param args of the command `replay`.
 * @returns what it said. @throws with that when it fails, and where there is no reconcile whose pod it could be like.
 */
export async function replayInCluster(target: Target, args: readonly string[]): Promise<string> {
  const found = await kubectl(target, ['get', 'deployment/reconcile', '--output=json']);
  const name = `replay-${Date.now().toString(36)}`;
  const job = `job/${name}`;
  const input = JSON.stringify(jobLike(JSON.parse(found) as Deployment, name, args));
  await kubectl(target, ['create', '--filename=-'], { input });
  try {
    const succeeded = await hasSucceeded(target, job);
    const said = await kubectl(target, ['logs', job]);
    if (!succeeded) throw new Error(said || 'The replay has failed');
    return said;
  } finally {
    await kubectl(target, ['delete', job]);
  }
}

/** Asks until it has ended: before its container runs there is no log to follow. @throws after ten minutes. */
async function hasSucceeded(target: Target, job: string): Promise<boolean> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    const { status } = JSON.parse(await kubectl(target, ['get', job, '--output=json'])) as Job;
    if (status?.succeeded || status?.failed) return status.succeeded === 1;
    if (Date.now() > deadline) throw new Error(`The replay does not end.\n\n${await diagnose(target)}`);
    await sleep(500);
  }
}

/** A job that runs once in a pod like that of reconcile, which may speak to Kafka. */
export function jobLike(deployment: Deployment, name: string, args: readonly string[]): Job {
  const { metadata, spec } = deployment.spec?.template ?? {};
  const [container] = spec?.containers ?? [];
  if (!spec || !container) throw new Error('reconcile has no container');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      // Where nobody waits for its end any more, it goes by itself.
      ttlSecondsAfterFinished: 600,
      template: {
        metadata: { labels: metadata?.labels ?? {} },
        spec: {
          ...spec,
          restartPolicy: 'Never',
          containers: [{ ...container, args: ['packages/ops/src/cli.ts', 'replay', ...args] }],
        },
      },
    },
  };
}
