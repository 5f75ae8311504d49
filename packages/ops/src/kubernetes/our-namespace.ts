import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Namespace } from 'kubernetes-types/core/v1.js';
import { parse } from 'yaml';
import { madeByUs } from './run-id.ts';
import { kubectl, namespace, type Target } from './target.ts';

/** Makes our namespace where there is none. One that somebody else has made keeps the labels that it has. */
export async function ensureNamespace(root: string, target: Target): Promise<'ours' | 'of others'> {
  if ((await ownerOf(target)) === 'of others') return 'of others';
  const ours: Namespace = parse(await readFile(path.join(root, 'deploy/kind/namespaces.yaml'), 'utf8'));
  const labels = { ...ours.metadata?.labels, [madeByUs.label]: madeByUs.value };
  const input = JSON.stringify({ ...ours, metadata: { ...ours.metadata, labels } });
  await kubectl(target, ['apply', '--filename=-'], { input });
  return 'ours';
}

/** Whose it is, by its label. */
export async function ownerOf(target: Target): Promise<'ours' | 'of others' | 'nobody'> {
  const found = await kubectl(target, ['get', 'namespace', namespace, '--ignore-not-found', '--output=json']);
  if (found === '') return 'nobody';
  const { metadata } = JSON.parse(found) as Namespace;
  return metadata?.labels?.[madeByUs.label] === madeByUs.value ? 'ours' : 'of others';
}
