import { gunzipSync, gzipSync } from 'node:zlib';
import type { Secret } from 'kubernetes-types/core/v1.js';
import { isOver, runLabel } from './run-id.ts';
import { kubectl, type Target } from './target.ts';

/** Longer than any Helm waits that we call; for one that somebody else has called, a fair guess. */
const abandonedAfterMs = 15 * 60_000;

/**
 * Lets Helm go on with a release that an earlier Helm left in the middle, killed before it could say so. Helm refuses
 * one that is pending; one that has failed it takes up where it is. To uninstall it instead would take generated
 * passwords along, and leave the data that was made with them.
 * @returns whether there was such a one.
 * @throws Error when somebody may still be at it.
 */
export async function settleUnfinished(target: Target, release: string): Promise<boolean> {
  const ours = `--selector=owner=helm,name=${release}`;
  const { items } = JSON.parse(await kubectl(target, ['get', 'secrets', ours, '--output=json'])) as {
    items: Secret[];
  };
  const pending = unfinished(items);
  if (!pending) return false;
  const { revision, run, ageMs } = pending;
  const over = (run && (await isOver(run))) ?? ageMs > abandonedAfterMs;
  if (!over) throw new Error(somebodyAtIt(release, ageMs));
  // With its resource version: of two that do this at once, one is refused.
  await kubectl(target, ['replace', '--filename=-'], { input: JSON.stringify(asFailed(revision)) });
  return true;
}

export interface Unfinished {
  revision: Secret;
  /** Of `make deploy` that has begun it; undefined when another has, by Helm itself. */
  run: string | undefined;
  ageMs: number;
}

/** The last revision if it is unfinished: Helm keeps each in a Secret, labels and all. */
export function unfinished(revisions: readonly Secret[], now = Date.now()): Unfinished | undefined {
  const number = ({ metadata }: Secret) => Number(metadata?.labels?.version);
  const [before, last] = [
    undefined,
    ...revisions.toSorted((one, other) => number(one) - number(other)),
  ].slice(-2);
  if (!last || !/^(pending-.*|uninstalling)$/.test(last.metadata?.labels?.status ?? '')) return undefined;
  const runOf = (revision: Secret | undefined) => revision?.metadata?.labels?.[runLabel];
  return {
    revision: last,
    // An upgrade by hand inherits the labels of the revision before.
    run: runOf(last) === runOf(before) ? undefined : runOf(last),
    ageMs: now - Date.parse(last.metadata?.creationTimestamp ?? ''),
  };
}

export function asFailed(revision: Secret): Secret {
  const record = unpack(revision.data?.release ?? '');
  record.info.status = 'failed';
  record.info.description = 'cut off';
  return {
    ...revision,
    metadata: { ...revision.metadata, labels: { ...revision.metadata?.labels, status: 'failed' } },
    data: { ...revision.data, release: pack(record) },
  };
}

function somebodyAtIt(release: string, ageMs: number): string {
  return [
    `Somebody has been at the release ${release} for ${Math.round(ageMs / 1000)} s: Helm calls it pending.`,
    `If that Helm was cut off: helm rollback ${release}, or wait; after ${abandonedAfterMs / 60_000} minutes it is taken up by itself.`,
  ].join('\n');
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
