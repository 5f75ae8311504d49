import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { imageRepository } from '@tocsin/ops';
import { execa } from 'execa';
import { eventually, make, root } from './platform.ts';

const cluster = 'tocsin-e2e';
const image = `KIND_IMAGE=${process.env.KIND_IMAGE ?? ''}`;

const makeThere = (...args: string[]) => make(...args, `CLUSTER=${cluster}`, 'CONTEXT=');

test('from nothing to an alarm and its all-clear, and back to nothing, though it was cut off and held on the way', async (t) => {
  t.after(() => makeThere('undeploy'));
  const { stdout: built } = await execa('make', ['--silent', 'image'], { cwd: root });
  const earlier = `${imageRepository}:of-an-earlier-build`;
  await execa('docker', ['tag', built.split('\n').at(-1) ?? '', earlier]);
  await cutOff(() => assert.rejects(makeThere('deploy', image), /Another `make deploy` to .* is under way/));
  // With the tests of the charts.
  const deployed = await makeThere('deploy', image);
  t.diagnostic(deployed.all.match(/All is well after \d+ s/)?.[0] ?? '');
  assert.match(deployed.all, /an earlier run was cut off in it: taking it up/);
  assert.match(deployed.all, /chatops +http:\/\/localhost:8108/, 'it says where to look');
  assert.match(deployed.all, /node-exporter-\S+ +ready/, 'what has a namespace of its own is in the table');
  assert.ok(!(await images()).includes(earlier), 'what was built earlier is gone');

  // The number of the one's pods is in its chart, that of the other's is not.
  for (const part of ['chatops', 'prometheus']) await makeThere('hold', 'TARGET=kind', `PART=${part}`);
  const again = await makeThere('deploy', image);
  assert.match(again.all, /let go, for it was held: chatops, prometheus/);

  const drill = await makeThere('drill', 'TARGET=kind', 'ALERT=HighErrorRate');
  assert.match(drill.all, /The drill of HighErrorRate passed/);
  t.diagnostic(drill.all.slice(drill.all.indexOf('STAGE')));

  await makeThere('undeploy');
  const { stdout: clusters } = await execa('kind', ['get', 'clusters']);
  assert.ok(!clusters.split('\n').includes(cluster), clusters);
  // Whoever tests with a cluster of ours beside this one keeps them for it.
  if (clusters.trim() === '') assert.deepEqual(await images(), []);
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

/** Names of our image on this machine. */
async function images(): Promise<string[]> {
  const format = ['--format', '{{.Repository}}:{{.Tag}}'];
  const { stdout } = await execa('docker', ['image', 'ls', imageRepository, ...format]);
  return stdout.split('\n').filter(Boolean);
}

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
