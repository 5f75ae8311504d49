import { existsSync } from 'node:fs';
import path from 'node:path';
import { workloads } from '../charts/objects.ts';
import { chartsFolder, renderChart } from '../charts/render.ts';
import { type ImageName, parseImageName } from './image-name.ts';
import { helm, type Target } from './target.ts';
import { settleUnfinished } from './unfinished.ts';

/** Each is a chart and the release that is made of it. What the services read at their start comes before them. */
export const foundations = ['kafka', 'postgres', 'monitoring'] as const;
export const releases = [...foundations, 'services'] as const;

export type Release = (typeof releases)[number];

const valuesFile = 'values-kind.yaml';
const timeout = '--timeout=10m';

/**
 * Where a chart names our image. With a tag for each build the services are replaced when their code has changed;
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
  services: string;
  others: string;
}

/**
 * Installs or upgrades it and returns when all of it is ready.
 * @param values files of the cluster's own, after the chart's.
 * @param report told when an earlier run was cut off in it.
 */
export async function install(
  target: Target,
  release: Release,
  options: {
    images: Images;
    values: readonly string[];
    report: (line: string) => void;
    signal: AbortSignal;
  },
): Promise<void> {
  const { images, report, signal } = options;
  if (await settleUnfinished(target, release)) report('an earlier run was cut off in it: taking it up');
  const folder = path.join(chartsFolder, release);
  const key = imageKeys[release];
  const name = parseImageName(release === 'services' ? images.services : images.others);
  const set = key ? setImage(key, name) : [];
  const values = [path.join(folder, valuesFile), ...options.values].map((file) => `--values=${file}`);
  await helm(target, ['upgrade', '--install', release, folder, ...values, ...set, ...waiting], {
    cancelSignal: signal,
  });
}

/** What a cluster asks of a release: the values beside its configuration. */
export function valuesBeside(kindConfig: string, release: Release): string[] {
  const file = path.join(path.dirname(kindConfig), `${release}-values.yaml`);
  return existsSync(file) ? [file] : [];
}

const waiting = ['--wait', '--wait-for-jobs', timeout];

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

/** The images that the charts name beside ours. */
export async function foreignImages(ours: string): Promise<string[]> {
  const objects = await Promise.all(
    releases.map((release) => renderChart(release, { values: [valuesFile] })),
  );
  const names = workloads(objects.flat()).flatMap(({ template: { spec } }) =>
    [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ image }) => image ?? []),
  );
  return [...new Set(names)].filter((name) => parseImageName(name).repository !== ours).sort();
}
