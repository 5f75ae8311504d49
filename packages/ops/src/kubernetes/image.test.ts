import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { temporaryFolder } from '../stack/testing.ts';
import { buildImage } from './image.ts';

/** The tag of an image that Docker says has these layers. */
async function tagOf(t: TestContext, Layers: string[]): Promise<string> {
  const root = await temporaryFolder(cleanup(t));
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  };
  // What would be fetched is there already.
  await write('package.json', '{"version": "1.2.3"}');
  for (const file of ['package-lock.json', '.tocsin/image/prepared-for.json']) await write(file, '{}');
  for (const file of ['tools/jmx-exporter/pom.xml', '.tocsin/image/prepared-for.xml']) await write(file, '');
  const inspected = JSON.stringify({ RootFS: { Type: 'layers', Layers }, Config: { Cmd: ['--help'] } });
  const docker = path.join(root, 'docker');
  await write('docker', `#!/bin/sh\n[ "$1" != image ] || echo '${inspected}'\n`);
  await chmod(docker, 0o755);
  return (await buildImage({ root, docker, report: () => {} })).name;
}

test('an image that differs only in its modules compiled ahead has the same tag', async (t) => {
  const tag = await tagOf(t, ['base', 'sources', 'compiled']);
  assert.match(tag, /^tocsin\/platform:1\.2\.3-[0-9a-f]{12}$/);
  assert.equal(await tagOf(t, ['base', 'sources', 'compiled otherwise']), tag);
  assert.notEqual(await tagOf(t, ['base', 'other sources', 'compiled']), tag);
});

test('the modules compiled ahead are the last layer', async () => {
  const file = path.resolve(import.meta.dirname, '../../../../deploy/images/Dockerfile');
  const layers = (await readFile(file, 'utf8')).match(/^(?:RUN|COPY|ADD|WORKDIR) (?:.*\\\n)*.*$/gm);
  assert.match(layers?.at(-1) ?? '', /node .*"\$main"[\s\S]*"\$NODE_COMPILE_CACHE"/);
});
