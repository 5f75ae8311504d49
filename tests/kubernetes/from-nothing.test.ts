import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

const root = path.join(import.meta.dirname, '../..');
const cluster = 'tocsin-e2e';

/** As a person types it. @throws with all that it said. */
const make = (...args: string[]) =>
  execa('make', [...args, `CLUSTER=${cluster}`, 'CONTEXT='], { cwd: root, all: true });

test('from nothing to an alarm and its all-clear, and back to nothing', async (t) => {
  t.after(() => make('undeploy'));
  // The tests of the charts are its last step.
  const deployed = await make('deploy', `KIND_IMAGE=${process.env.KIND_IMAGE ?? ''}`);
  t.diagnostic(deployed.all.match(/All is well after \d+ s/)?.[0] ?? '');
  const again = await make('deploy', `KIND_IMAGE=${process.env.KIND_IMAGE ?? ''}`);
  t.diagnostic(`again: ${again.all.match(/All is well after \d+ s/)?.[0]}`);

  const drill = await make('drill', 'TARGET=kind', 'ALERT=HighErrorRate');
  assert.match(drill.all, /The drill of HighErrorRate passed/);
  t.diagnostic(drill.all.slice(drill.all.indexOf('STAGE')));

  await make('undeploy');
  const { stdout: clusters } = await execa('kind', ['get', 'clusters']);
  assert.ok(!clusters.split('\n').includes(cluster), clusters);
  const containers = ['ps', '--all', '--quiet', `--filter=label=io.x-k8s.kind.cluster=${cluster}`];
  assert.equal((await execa('docker', containers)).stdout, '');
  const left = await readdir(path.join(root, '.tocsin/kubernetes'));
  assert.deepEqual(
    left.filter((file) => file.startsWith(cluster)),
    [],
  );
  const contexts = await execa('kubectl', ['config', 'get-contexts', '--output=name'], { reject: false });
  assert.ok(!contexts.stdout.split('\n').includes(`kind-${cluster}`), 'its context is gone');
});
