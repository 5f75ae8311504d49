import type { Pod } from 'kubernetes-types/core/v1.js';
import { shownLines } from '../stack/commands/logs.ts';
import { readable } from '../stack/readable.ts';
import { findWorkload, podsOf } from './hold.ts';
import { viewPod } from './pods.ts';
import { kubectl, spawnKubectl, type Target } from './target.ts';

/** Of a container, from its start to its end: each has a log of its own. */
interface Life {
  pod: string;
  container: string;
  /** The one before. */
  previous: boolean;
}

interface Line {
  pod: string;
  /** RFC 3339 with all nine digits, which sorts as it is. */
  at: string;
  text: string;
}

/**
 * Shows the end of the logs of a part's pods as one, in the order of time, with what was said before a restart, and
 * follows them unless told otherwise. Each line begins with its pod when there are several.
 * @throws Error when there is no such part, or none of the logs can be had.
 */
export async function logsOfPods(
  target: Target,
  part: string,
  { follow }: { follow: boolean },
  say: (line: string) => void,
): Promise<void> {
  const { workload } = await findWorkload(target, part);
  const found = await kubectl(target, ['get', 'pods', podsOf(workload), '--output=json']);
  const { items: pods } = JSON.parse(found) as { items: Pod[] };
  if (pods.length === 0) say(`${part} has no pod, and a log goes with its pod.`);
  for (const pod of pods) {
    const { name, why } = viewPod(pod);
    if (livesOf(pod).length === 0) say(`${name} has no log yet: ${why}`);
  }
  const show = (pod: string, text: string) => say((pods.length > 1 ? `${pod} ` : '') + readable(text));
  const lives = pods.flatMap(livesOf);
  const [followed, ended] = follow
    ? [lives.filter(({ previous }) => !previous), lives.filter(({ previous }) => previous)]
    : [[], lives];

  const ends = await Promise.allSettled(ended.map((life) => endOf(target, life)));
  // A pod may have gone meanwhile: the others are worth to be read all the same.
  const lost = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
  if (lost[0] && lost.length === lives.length) throw lost[0];
  for (const { message } of lost) say(message);
  const lines = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
  lines.sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)));
  for (const { pod, text } of lines) show(pod, text);

  await Promise.all(
    followed.map(async (life) => {
      const lines = spawnKubectl(target, [...argumentsOf(life), '--follow']);
      for await (const line of lines) show(life.pod, String(line));
      say(`The log of ${life.pod} has ended.`);
    }),
  );
}

function livesOf({ metadata, spec, status }: Pod): Life[] {
  const container =
    metadata?.annotations?.['kubectl.kubernetes.io/default-container'] ?? spec?.containers[0]?.name ?? '';
  const { state, lastState } = status?.containerStatuses?.find(({ name }) => name === container) ?? {};
  const life = (previous: boolean) => ({ pod: metadata?.name ?? '', container, previous });
  const before = lastState?.terminated;
  if (state?.running || state?.terminated) return before ? [life(true), life(false)] : [life(false)];
  // Between two lives kubectl takes the one that has ended for the present one.
  return before ? [life(false)] : [];
}

async function endOf(target: Target, life: Life): Promise<Line[]> {
  const said = await kubectl(target, [...argumentsOf(life), '--timestamps']);
  return said.split('\n').flatMap((line) => {
    const [, at, text] = /^(\S+) (.*)$/.exec(line) ?? [];
    return at !== undefined && text !== undefined ? [{ pod: life.pod, at, text }] : [];
  });
}

function argumentsOf({ pod, container, previous }: Life): string[] {
  const which = previous ? ['--previous'] : [];
  return ['logs', pod, `--container=${container}`, `--tail=${shownLines}`, ...which];
}
