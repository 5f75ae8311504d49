import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { eventually } from './platform.ts';

const root = path.join(import.meta.dirname, '../..');
const cluster = 'tocsin-e2e';
const image = `KIND_IMAGE=${process.env.KIND_IMAGE ?? ''}`;

/** As a person types it. @throws with all that it said. */
const make = (...args: string[]) =>
  execa('make', [...args, `CLUSTER=${cluster}`, 'CONTEXT='], { cwd: root, all: true });

test('from nothing to an alarm and its all-clear, and back to nothing, though it was cut off on the way', async (t) => {
  t.after(() => make('undeploy'));
  await cutOff(() => assert.rejects(make('deploy', image), /Another `make deploy` to .* is under way/));
  // The tests of the charts are its last step.
  const deployed = await make('deploy', image);
  t.diagnostic(deployed.all.match(/All is well after \d+ s/)?.[0] ?? '');
  assert.match(deployed.all, /an earlier run was cut off in it: taking it up/);

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

/** Begins to deploy, and kills all of it, Helm too, while it waits for the first charts. */
async function cutOff(meanwhile: () => Promise<void>): Promise<void> {
  const running = execa('make', ['deploy', image, `CLUSTER=${cluster}`, 'CONTEXT='], {
    cwd: root,
    all: true,
    buffer: false,
    detached: true,
    reject: false,
  });
  let said = '';
  running.all.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  try {
    await eventually(
      'Helm waits for the broker',
      async () => said,
      (words) => words.includes('kafka-0: starting'),
      600_000,
    );
    await meanwhile();
  } finally {
    if (running.pid) process.kill(-running.pid, 'SIGKILL');
    await running;
  }
}
