import path from 'node:path';
import { stringify } from 'yaml';
import { workloads } from '../charts/objects.ts';
import { chartsFolder, renderChart } from '../charts/render.ts';
import { findProgram } from '../programs/find-program.ts';
import { understands } from '../programs/understands.ts';
import { type ImageName, parseImageName } from './image-name.ts';
import { madeByUs, runLabel, thisRun } from './run-id.ts';
import { helm, namespace, type Target } from './target.ts';
import { settleUnfinished } from './unfinished.ts';

/** Each is a chart and the release that is made of it. What the services read at their start comes before them. */
export const foundations = ['kafka', 'postgres', 'monitoring'] as const;
export const releases = [...foundations, 'services'] as const;

export type Release = (typeof releases)[number];

const timeout = '--timeout=10m';

/**
 * Where a chart names our image. With a tag for each content the services are replaced when their code has changed;
 * the broker, which takes a mere jar from it, would be, too, and so it keeps to that of the version.
 */
const imageKeys = {
  kafka: 'platformImage',
  postgres: undefined,
  monitoring: 'platformImage',
  services: 'image',
};

/** Which image of ours the releases run. */
export interface Images {
  ours: string;
  broker: string;
}

/**
 * Installs or upgrades it and returns when all of it is ready.
 * @param options.values what counts beside the chart's defaults: `facts` of the cluster, then the files in order.
 * @param options.report told when an earlier run was cut off in it.
 * @throws Error when there is a release of that name which is none of ours, or somebody else is at it.
 */
export async function install(
  target: Target,
  release: Release,
  options: {
    images: Images;
    values: { facts: object; files: readonly string[] };
    report: (line: string) => void;
    signal: AbortSignal;
  },
): Promise<void> {
  const { images, values, report, signal } = options;
  const { ours, others } = await installedReleases(target);
  if (others.includes(release)) throw new Error(notOurs(target, release));
  if (await settleUnfinished(target, release)) report('an earlier run was cut off in it: taking it up');
  if (!ours.includes(release)) report('installing');
  const folder = path.join(chartsFolder, release);
  const key = imageKeys[release];
  const name = parseImageName(release === 'kafka' ? images.broker : images.ours);
  const set = key ? setImage(key, name) : [];
  const files = ['-', ...values.files].map((file) => `--values=${file}`);
  const labels = `--labels=${madeByUs.label}=${madeByUs.value},${runLabel}=${thisRun}`;
  const how = [...waiting, ...(await overruling(await findProgram('helm')))];
  await helm(target, ['upgrade', '--install', release, folder, ...files, ...set, labels, ...how], {
    cancelSignal: signal,
    input: stringify(values.facts),
  });
}

/** The names of what is installed there, finished or not: by `make deploy`, and by others. */
export async function installedReleases(target: Target): Promise<{ ours: string[]; others: string[] }> {
  const states = ['--deployed', '--failed', '--pending', '--uninstalling'];
  const list = async (...args: string[]) => {
    const found = await helm(target, ['list', ...states, '--output=json', ...args]);
    return (JSON.parse(found) as { name: string }[]).map(({ name }) => name);
  };
  const [all, ours] = await Promise.all([list(), list(`--selector=${madeByUs.label}=${madeByUs.value}`)]);
  return { ours, others: all.filter((name) => !ours.includes(name)) };
}

function notOurs(target: Target, release: Release): string {
  return [
    `In ${target.context} there is a release ${release} that \`make deploy\` has not installed; it is left as it is.`,
    `If it may go: helm --kube-context=${target.context} --namespace=${namespace} uninstall ${release}`,
  ].join('\n');
}

const waiting = ['--wait', '--wait-for-jobs', timeout];

/**
 * Makes what the charts say count, whoever has changed it since. Helm 4 refuses what another owns, such as the number of
 * pods that somebody has set by `kubectl scale`. It takes the one flag with the other alone: of a release that Helm 3
 * has made it would go on to apply on this side. Helm 3 has neither, and overrules anyway.
 */
export async function overruling(helm: string): Promise<string[]> {
  const flags = ['--server-side=true', '--force-conflicts'];
  return (await understands(helm, 'force-conflicts', 'upgrade')) ? flags : [];
}

function setImage(key: string, name: ImageName): string[] {
  return Object.entries(name).map(([part, value]) => `--set-string=${key}.${part}=${value}`);
}

/** Runs the tests of the chart, pods that stay when they fail. @throws when one does. */
export async function testRelease(target: Target, release: Release, signal: AbortSignal): Promise<void> {
  try {
    await helm(target, ['test', release, timeout], { cancelSignal: signal });
  } catch (error) {
    if (signal.aborted) throw new Error('ended, because another failed', { cause: error });
    const words = error instanceof Error ? error.message.split('\n').at(-1) : error;
    throw new Error(`a test of ${release} failed: ${words}`, { cause: error });
  }
}

/** The images that the charts name beside ours, with these values. */
export async function foreignImages(
  ours: string,
  filesOf: (release: Release) => string[],
): Promise<string[]> {
  const objects = await Promise.all(
    releases.map((release) => renderChart(release, { values: filesOf(release) })),
  );
  const names = workloads(objects.flat()).flatMap(({ template: { spec } }) =>
    [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ image }) => image ?? []),
  );
  return [...new Set(names)].filter((name) => parseImageName(name).repository !== ours).sort();
}
