import { setTimeout as sleep } from 'node:timers/promises';
import { type PodView, readAllPods } from './pods.ts';
import type { Target } from './target.ts';

const pollMs = 2000;

/** Tells how the pods of a release are, again and again, until the signal; a look that fails is left out. */
export async function watchPods(
  target: Target,
  signal: AbortSignal,
  release: string,
  tell: (pods: PodView[]) => void,
): Promise<void> {
  const which = `app.kubernetes.io/instance=${release},app.kubernetes.io/component!=test`;
  while (!signal.aborted) {
    const pods = await readAllPods(target, which).catch(() => undefined);
    if (pods && !signal.aborted) tell(pods);
    await sleep(pollMs, undefined, { signal }).catch(() => {}); // Aborted: the end.
  }
}

/** For a terminal: how many are ready, and the others by name. */
export function blockOf(pods: readonly PodView[]): string {
  const running = pods.filter(({ state }) => state !== 'done');
  const others = running.filter(({ state }) => state !== 'ready');
  const count = `${running.length - others.length} of ${running.length} pods ready`;
  return [count, ...others.map(lineOf)].join('\n');
}

/** For a log: a line for each pod that has changed since the last call. */
export function createChanges(): (pods: readonly PodView[]) => string[] {
  const told = new Map<string, string>();
  return (pods) => {
    const changed = pods.filter((pod) => told.get(pod.name) !== lineOf(pod));
    for (const pod of changed) told.set(pod.name, lineOf(pod));
    return changed.map(lineOf);
  };
}

function lineOf({ name, state, why, restarts }: PodView): string {
  const [firstLine = ''] = why.split('\n');
  const again = restarts > 0 ? `, ${restarts} restarts` : '';
  return `${name}: ${state}${again}${firstLine ? ` (${firstLine.slice(0, 120)})` : ''}`;
}
