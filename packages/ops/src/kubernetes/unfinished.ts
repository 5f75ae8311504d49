import { gunzipSync, gzipSync } from 'node:zlib';
import type { Secret } from 'kubernetes-types/core/v1.js';
import { kubectl, type Target } from './target.ts';

/**
 * Lets Helm go on with a release that an earlier Helm left in the middle, killed before it could say so. Helm refuses
 * one that is pending; one that has failed it takes up where it is. To uninstall it instead would take generated
 * passwords along, and leave the data that was made with them.
 * @returns whether there was such a one.
 */
export async function settleUnfinished(target: Target, release: string): Promise<boolean> {
  const ours = `--selector=owner=helm,name=${release}`;
  const { items } = JSON.parse(await kubectl(target, ['get', 'secrets', ours, '--output=json'])) as {
    items: Secret[];
  };
  const failed = asFailed(items);
  if (failed) await kubectl(target, ['replace', '--filename=-'], { input: JSON.stringify(failed) });
  return failed !== undefined;
}

/** The last revision as a failed one, if it is unfinished: Helm keeps each in a Secret. */
export function asFailed(revisions: readonly Secret[]): Secret | undefined {
  const number = ({ metadata }: Secret) => Number(metadata?.labels?.version);
  const last = revisions.toSorted((one, other) => number(one) - number(other)).at(-1);
  if (!/^(pending-.*|uninstalling)$/.test(last?.metadata?.labels?.status ?? '')) return undefined;
  const record = unpack(last?.data?.release ?? '');
  record.info.status = 'failed';
  record.info.description = 'cut off';
  return {
    ...last,
    metadata: { ...last?.metadata, labels: { ...last?.metadata?.labels, status: 'failed' } },
    data: { ...last?.data, release: pack(record) },
  };
}

interface ReleaseRecord {
  info: { status: string; description: string };
}

/** Base64 as of every Secret, in it base64 by Helm, in it gzip, in it JSON. */
export function unpack(text: string): ReleaseRecord {
  const zipped = Buffer.from(Buffer.from(text, 'base64').toString(), 'base64');
  return JSON.parse(gunzipSync(zipped).toString()) as ReleaseRecord;
}

export function pack(record: ReleaseRecord): string {
  const inner = gzipSync(JSON.stringify(record)).toString('base64');
  return Buffer.from(inner).toString('base64');
}
