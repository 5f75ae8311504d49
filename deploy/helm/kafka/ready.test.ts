// The readiness of one of several brokers: its script, with a kafka-topics.sh that says what it is told.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';

const script = path.join(import.meta.dirname, 'files/ready.sh');

const partition = (topic: string, leader: number | 'none', replicas: string, inSync: string) =>
  `\tTopic: ${topic}\tPartition: 0\tLeader: ${leader}\tReplicas: ${replicas}\tIsr: ${inSync}\tElr: \tLastKnownElr: `;

/** Broker 2, whose neighbours say what lags behind. */
async function broker(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-ready-'));
  t.after(() => rm(folder, { recursive: true }));
  const server = createServer();
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const says = async (...lines: string[]) => {
    await writeFile(path.join(folder, 'lagging'), lines.join('\n'));
    const tool = path.join(folder, 'kafka-topics.sh');
    await writeFile(tool, `#!/bin/bash\necho asked >>${folder}/asked\ncat ${folder}/lagging\n`);
    await chmod(tool, 0o755);
  };
  const ask = async () => {
    const env = { KAFKA_BIN: folder, PORT: String(port), TMPDIR: folder, KAFKA_NODE_ID: '2' };
    return (await execa('bash', [script], { env, reject: false })).exitCode === 0;
  };
  const asked = async () => (await readFile(path.join(folder, 'asked'), 'utf8')).split('\n').length - 1;
  return { says, ask, asked, stop: () => server.close() };
}

test('a broker whose replica is not in sync is not ready', async (t) => {
  const { says, ask } = await broker(t);
  await says(partition('orders', 0, '0,1,2', '0,1'));
  assert.equal(await ask(), false);
  await says('');
  assert.equal(await ask(), true);
});

test('what lags elsewhere, or has no leader to catch up with, is not its concern', async (t) => {
  const { says, ask } = await broker(t);
  await says(partition('orders', 0, '0,1,2', '0,2'), partition('payments', 'none', '12,2', '12'));
  assert.equal(await ask(), true);
});

test('once caught up it stays ready while it listens, and nobody is asked again', async (t) => {
  const { says, ask, asked, stop } = await broker(t);
  await says('');
  assert.equal(await ask(), true);
  await says(partition('orders', 0, '0,1,2', '0,1'));
  assert.equal(await ask(), true);
  assert.equal(await asked(), 1);
  stop();
  assert.equal(await ask(), false);
});
