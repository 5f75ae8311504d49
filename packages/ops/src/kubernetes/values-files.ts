import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { chartsFolder } from '../charts/render.ts';
import { type Release, releases } from './releases.ts';

export interface ValuesChoice {
  /** File of kind's nodes; what the charts need for them lies beside it. Undefined where the cluster is none of kind. */
  kindConfig: string | undefined;
  /** Folder of the person's own. */
  values?: string | undefined;
}

const fileOf = (release: Release) => `${release}-values.yaml`;

/**
 * The files of values for a release, in the order in which they count, the last one most. A cluster that was not made
 * for this gets the chart's defaults and what the person says: faults closed, nobody anonymous, no links to localhost.
 */
export function valuesFiles({ kindConfig, values }: ValuesChoice, release: Release): string[] {
  const ofKind = kindConfig && [
    path.join(chartsFolder, release, 'values-kind.yaml'),
    path.join(path.dirname(kindConfig), fileOf(release)),
  ];
  return [...(ofKind || []), ...(values ? [path.join(values, fileOf(release))] : [])]
    .map((file) => path.resolve(file))
    .filter((file) => existsSync(file));
}

/** @throws Error when the person's folder holds nothing that would be read, or something that would not. */
export async function refuseUnread(values: string): Promise<void> {
  const files = await readdir(values).catch(() => {
    throw new Error(`VALUES=${values}: there is no such folder`);
  });
  const known = releases.map(fileOf);
  const unread = files.filter((file) => /\.ya?ml$/.test(file) && !known.includes(file));
  if (unread.length === 0 && files.some((file) => known.includes(file))) return;
  const wrong = unread.length > 0 ? `no chart reads ${unread.join(', ')}` : 'it has no values';
  throw new Error(`VALUES=${values}: ${wrong}; the files are called ${known.join(', ')}`);
}
