import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { findPrograms } from '../programs/find-program.ts';
import { imageRepository } from './image.ts';
import { foreignImages, overruling } from './releases.ts';
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

test('Helm 4 is told to overrule whoever has changed something since; an older one knows no such flags', async () => {
  for (const helm of await findPrograms('helm')) {
    const { stdout: version } = await execa(helm, ['version', '--template={{.Version}}']);
    const flags = await overruling(helm);
    const whole = Number(version.match(/\d+/)) >= 4 ? ['--server-side=true', '--force-conflicts'] : [];
    assert.deepEqual(flags, whole, version);
    // Fails on a flag that it does not know.
    await execa(helm, ['upgrade', ...flags, '--help']);
  }
});
