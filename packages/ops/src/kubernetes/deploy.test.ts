import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { deploy } from './deploy.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const options = { root, cluster: 'none', kindConfig: 'deploy/kind/cluster.yaml' };
const refused = (given: Partial<Parameters<typeof deploy>[0]>, why: RegExp) =>
  assert.rejects(
    deploy({ ...options, ...given }, () => {}),
    why,
  );

test('what cannot be meant is refused before anything is done', async () => {
  await refused({ context: 'staging' }, /Push it there, and say its name/);
  for (const image of [
    'platform',
    'registry.example.com:5000/platform',
    'registry.example.com/platform:latest',
  ]) {
    await refused({ context: 'staging', image }, /give it a tag/);
  }
  await refused({ context: 'staging', image: 'platform:1', values: 'nowhere' }, /no such folder/);
});
