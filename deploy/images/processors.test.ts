// The image is the same for amd64 and arm64: what npm brings into it is neither compiled nor chosen by processor.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

interface Package {
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  cpu?: string[];
  os?: string[];
  hasInstallScript?: boolean;
}

test('no package that the image holds is built for one processor, or built while it is installed', async () => {
  const lock = await readFile(path.join(import.meta.dirname, '../../package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, Package> };
  // As `npm install --omit=dev --omit=optional` chooses.
  const installed = Object.entries(packages).filter(
    ([name, { link, dev, optional, devOptional }]) =>
      name.startsWith('node_modules/') && !link && !dev && !optional && !devOptional,
  );
  assert.ok(installed.length > 50, `${installed.length} packages`);
  const bound = installed.filter(([, { cpu, os, hasInstallScript }]) => cpu ?? os ?? hasInstallScript);
  assert.deepEqual(
    bound.map(([name]) => name),
    [],
  );
});
