import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';

const script = path.join(import.meta.dirname, 'jmx-exporter.ts');

/** Runs the script against a repository that has `contents` at every address. */
async function fetchFrom(t: TestContext, contents: string, { brought }: { brought?: string } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-jmx-'));
  t.after(() => rm(folder, { recursive: true }));
  const target = path.join(folder, 'agent.jar');
  if (brought !== undefined) await writeFile(target, brought);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(contents);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const env = { ...process.env, MAVEN_REPOSITORY: `http://127.0.0.1:${port}` };
  const run = promisify(execFile)(process.execPath, [script, target], { env });
  return { failure: await run.then(() => '', String), asked, target };
}

test('what comes is the pinned version, and is refused when it is not the pinned bytes', async (t) => {
  const { failure, asked, target } = await fetchFrom(t, 'not a jar');
  assert.match(failure, /SHA-256 [0-9a-f]{64}, not the pinned one/);
  assert.match(asked[0] ?? '', /^\/io\/prometheus\/jmx\/jmx_prometheus_javaagent\/([\d.]+)\/[\w]+-\1\.jar$/);
  assert.equal(asked.length, 1);
  assert.ok(existsSync(target));
});

test('what was brought is not fetched, and is refused in the same way', async (t) => {
  const { failure, asked } = await fetchFrom(t, 'anything', { brought: 'another jar' });
  assert.match(failure, /not the pinned one/);
  assert.deepEqual(asked, []);
});
