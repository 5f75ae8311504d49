import type { Event } from 'kubernetes-types/core/v1.js';
import { type PodView, readAllPods } from './pods.ts';
import { kubectl, kubectlArguments, namespace, nodeNamespace, type Target } from './target.ts';

/** What to look at when something is not well: each pod in trouble or late, its events, its last lines. */
export async function diagnose(target: Target): Promise<string> {
  const [pods, ours, ofNodes] = await Promise.all([
    readAllPods(target),
    warnings(target, namespace),
    warnings(target, nodeNamespace).catch(() => []), // Who may not look there.
  ]);
  const events = [...ours, ...ofNodes];
  const unwell = pods.filter(({ state }) => state !== 'ready' && state !== 'done');
  const told = await Promise.all(unwell.map((pod) => describe(target, pod, events)));
  const names = new Set(pods.map(({ name }) => name));
  // A pod that was refused has left no pod: its maker tells.
  const others = events.filter(
    ({ involvedObject: { kind, name = '' } }) => kind !== 'Pod' && !names.has(name),
  );
  const lines = others
    .slice(-5)
    .map((event) => `${event.involvedObject.kind} ${event.involvedObject.name}: ${event.message}`);
  if (told.length + lines.length === 0) return pods.length > 0 ? 'All pods are ready.' : 'There are no pods.';
  const places = unwell.length > 0 ? new Set(unwell.map(({ namespace }) => namespace)) : [namespace];
  const look = [...places].map(
    (place) => `To look on: kubectl ${kubectlArguments(target, ['describe', 'pod'], place).join(' ')} NAME`,
  );
  return [...told, ...lines, ...look].join('\n\n');
}

async function describe(target: Target, pod: PodView, events: Event[]): Promise<string> {
  const own = events.filter(({ involvedObject: { kind, name } }) => kind === 'Pod' && name === pod.name);
  const previous = pod.restarts > 0 ? ['--previous'] : [];
  const which = [pod.name, `--namespace=${pod.namespace}`];
  const log = await kubectl(target, ['logs', ...which, '--all-containers', '--tail=12', ...previous]).catch(
    () => '', // It has not run yet.
  );
  return [
    `${pod.name}: ${pod.state}${pod.why ? `, ${pod.why}` : ''}`,
    ...own
      .slice(-3)
      .map(
        ({ reason, message, count }) => `  event ${reason}: ${message}${count ? ` (${count} times)` : ''}`,
      ),
    ...log
      .split('\n')
      .filter(Boolean)
      .map((line) => `  log   ${line.slice(0, 300)}`),
  ].join('\n');
}

async function warnings(target: Target, of: string): Promise<Event[]> {
  const which = [
    `--namespace=${of}`,
    '--field-selector=type=Warning',
    '--sort-by=.metadata.creationTimestamp',
  ];
  const { items } = JSON.parse(await kubectl(target, ['get', 'events', ...which, '--output=json'])) as {
    items: Event[];
  };
  return items;
}
