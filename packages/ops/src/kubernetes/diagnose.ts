import type { Event } from 'kubernetes-types/core/v1.js';
import { type PodView, readPods } from './pods.ts';
import { kubectl, kubectlArguments, type Target } from './target.ts';

/** What to look at when something is not well: each pod in trouble or late, its events, its last lines. */
export async function diagnose(target: Target): Promise<string> {
  const [pods, events] = await Promise.all([readPods(target), warnings(target)]);
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
  return [
    ...told,
    ...lines,
    `To look on: kubectl ${kubectlArguments(target, ['describe', 'pod']).join(' ')} NAME`,
  ].join('\n\n');
}

async function describe(target: Target, pod: PodView, events: Event[]): Promise<string> {
  const own = events.filter(({ involvedObject: { kind, name } }) => kind === 'Pod' && name === pod.name);
  const previous = pod.restarts > 0 ? ['--previous'] : [];
  const log = await kubectl(target, ['logs', pod.name, '--all-containers', '--tail=12', ...previous]).catch(
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

async function warnings(target: Target): Promise<Event[]> {
  const which = ['--field-selector=type=Warning', '--sort-by=.metadata.creationTimestamp'];
  const { items } = JSON.parse(await kubectl(target, ['get', 'events', ...which, '--output=json'])) as {
    items: Event[];
  };
  return items;
}
