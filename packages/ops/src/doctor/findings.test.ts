import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { ports } from '../../../../deploy/local/ports.ts';
import { processTable } from '../stack/process-table.ts';
import { runRecord } from '../stack/run-record.ts';
import { idle, temporaryFolder } from '../stack/testing.ts';
import { report } from './doctor.ts';
import { examine } from './findings.ts';

// Below 32768 with every port: beyond it Linux lends them out, to other tests and to outgoing connections.
const portOffset = 13_000;

/** A repository's folder in which nothing runs, and one of its ports that somebody else has. */
async function folderWithTakenPort(context: TestContext) {
  const clean = cleanup(context);
  const root = await temporaryFolder(clean);
  await writeFile(path.join(root, 'package.json'), '{ "version": "0" }');
  process.chdir(root); // Where the supervisor's socket is looked for.
  const port = ports.orders.http + portOffset;
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  clean.defer(() => void server.close());
  return { root, port, clean };
}

test('a port that is taken is named with its process, and what to do; then the doctor fails', async (context) => {
  const { root, port } = await folderWithTakenPort(context);
  const said: string[] = [];
  assert.equal(
    report({ up: await examine(root, portOffset), deploy: [] }, (line) => said.push(line)),
    1,
  );
  const text = said.join('\n');
  assert.match(text, new RegExp(`✘ ports +${port} is taken by pid ${process.pid}`));
  assert.match(text, /To put it right:[\s\S]*make up PORT_OFFSET=14000/);
});

test('ports of what a killed supervisor has left are ours', async (context) => {
  const { root, clean } = await folderWithTakenPort(context);
  const left = spawn(process.execPath, ['-e', idle], { detached: true, stdio: 'ignore' });
  clean.defer(() => void left.kill('SIGKILL'));
  await once(left, 'spawn');
  const pid = left.pid ?? 0;
  const started = (await processTable()).get(pid)?.started ?? '';
  runRecord(root).write([{ name: 'part', pid, started, stopSignal: 'SIGTERM' }]);
  const found = (await examine(root, portOffset)).find(({ what }) => what === 'ports');
  assert.equal(found?.state, 'fine');
  assert.match(found?.detail ?? '', /a killed supervisor has left/);
});
