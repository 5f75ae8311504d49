import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { kubectl, namespace, nodeNamespace, type Target } from './target.ts';

/** How a pod is, as a person wants to know it. */
export interface PodView {
  name: string;
  namespace: string;
  release: string;
  component: string;
  state: 'ready' | 'done' | 'starting' | 'in trouble' | 'ending';
  /** What it waits for, or what is wrong. */
  why: string;
  restarts: number;
}

export async function readPods(target: Target, selector = '', of = namespace): Promise<PodView[]> {
  const which = [`--namespace=${of}`, ...(selector ? [`--selector=${selector}`] : [])];
  const { items } = JSON.parse(await kubectl(target, ['get', 'pods', ...which, '--output=json'])) as {
    items: Pod[];
  };
  return items.map(viewPod);
}

/** Those of node_exporter among them. Whoever may not look there has not installed it. */
export async function readAllPods(target: Target, selector = ''): Promise<PodView[]> {
  const ofNodes = readPods(target, selector, nodeNamespace).catch(() => []);
  return [...(await readPods(target, selector)), ...(await ofNodes)];
}

export function viewPod(pod: Pod): PodView {
  const { metadata, status } = pod;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const labels = metadata?.labels ?? {};
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? '',
    release: labels['app.kubernetes.io/instance'] ?? '',
    component: labels['app.kubernetes.io/component'] ?? '',
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...judge(pod, containers),
  };
}

function judge({ metadata, status }: Pod, containers: ContainerStatus[]): Pick<PodView, 'state' | 'why'> {
  const condition = (type: string) => status?.conditions?.find((each) => each.type === type);
  if (metadata?.deletionTimestamp) return { state: 'ending', why: '' };
  if (status?.phase === 'Succeeded') return { state: 'done', why: '' };
  if (status?.phase === 'Failed') {
    const ended = containers
      .flatMap(({ state }) => state?.terminated ?? [])
      .find(({ exitCode }) => exitCode !== 0);
    return { state: 'in trouble', why: status.reason ?? `exit code ${ended?.exitCode ?? 'unknown'}` };
  }
  if (condition('Ready')?.status === 'True') return { state: 'ready', why: '' };
  const scheduled = condition('PodScheduled');
  if (scheduled?.status === 'False') {
    return { state: 'in trouble', why: `no node will have it: ${scheduled.message ?? scheduled.reason}` };
  }
  const waiting = containers.flatMap(({ state }) => state?.waiting ?? [])[0];
  if (!waiting?.reason || /^(ContainerCreating|PodInitializing)$/.test(waiting.reason)) {
    const created = status?.phase === 'Running' && !waiting;
    return { state: 'starting', why: created ? 'runs, and is not ready yet' : 'being created' };
  }
  return { state: 'in trouble', why: [waiting.reason, waiting.message].filter(Boolean).join(': ') };
}
