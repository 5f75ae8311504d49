import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fakePrograms } from './testing.ts';
import { undeploy } from './undeploy.ts';

/** Calls of Docker while a cluster is undeployed that stands beside these. */
async function callsOfDocker(t: TestContext, others: string[]): Promise<string[]> {
  const root = await mkdtemp(path.join(tmpdir(), 'tocsin-undeploy-'));
  t.after(() => rm(root, { recursive: true }));
  const deleted = JSON.stringify(path.join(root, 'deleted'));
  const calls = await fakePrograms(t, {
    kind: `const fs = require('node:fs');
      if (args[0] === 'delete') fs.writeFileSync(${deleted}, '');
      const all = [...(fs.existsSync(${deleted}) ? [] : ['tocsin']), ...${JSON.stringify(others)}];
      console.log(args[1] === 'clusters' ? all.join('\\n') : '');`,
    kubectl: `const ours = process.argv.some((argument) => argument.startsWith('--context=kind-tocsin'));
      const labels = ours ? { 'tocsin/made-by': 'make-deploy' } : {};
      console.log(JSON.stringify({ items: [{ metadata: { labels } }] }));`,
    docker: `if (args[1] === 'ls') console.log('tocsin/platform:1-a\\ntocsin/platform:1\\ntocsin/platform:<none>');`,
  });
  await undeploy(root, { cluster: 'tocsin' }, () => {});
  return (await calls()).filter((call) => call.startsWith('docker'));
}

test('with the last cluster of ours go the images that were built for it', async (t) => {
  const calls = await callsOfDocker(t, ['somebody-elses']);
  assert.ok(calls.includes('docker image rm tocsin/platform:1-a tocsin/platform:1'), calls.join('\n'));
});

test('while another cluster of ours stands, they stay', async (t) => {
  assert.deepEqual(await callsOfDocker(t, ['tocsin-e2e']), []);
});
