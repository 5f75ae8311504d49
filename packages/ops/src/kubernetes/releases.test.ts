import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageRepository } from './image.ts';
import { foreignImages } from './releases.ts';
import { valuesFiles } from './values-files.ts';

test('the images that kind needs beside ours are known before anything is installed', async () => {
  const choice = { kindConfig: 'deploy/kind/three-nodes/cluster.yaml' };
  const names = await foreignImages(imageRepository, (release) => valuesFiles(choice, release));
  assert.ok(names.includes('docker.io/apache/kafka:4.3.1'), names.join());
  assert.deepEqual(
    names.filter((name) => name.includes(imageRepository)),
    [],
  );
});
