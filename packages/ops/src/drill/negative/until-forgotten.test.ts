import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { untilForgotten } from './until-forgotten.ts';

/** How often it says that a service began anew, look by look. */
async function waitedFor(t: TestContext, restarts: number, looks: readonly (string | undefined)[]) {
  const left = [...looks];
  const server = createServer((_, response) => {
    const value = left.shift();
    const result = value === undefined ? [] : [{ metric: {}, value: [0, value] }];
    response.end(JSON.stringify({ data: { result } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const waited: number[] = [];
  await untilForgotten(restarts, {
    prometheusUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    signal: t.signal,
    onWait: (earlier) => waited.push(earlier),
    everyMs: 1,
  });
  assert.deepEqual(left, []);
  return waited;
}

test('what restarts a service twice waits until no earlier restart counts', async (t) => {
  assert.deepEqual(await waitedFor(t, 2, ['2', '1', '0']), [2, 1]);
});

test('one that does so once need not', async (t) => {
  assert.deepEqual(await waitedFor(t, 1, ['2', '1']), [2]);
});

test('of a platform that has just begun Prometheus knows nothing', async (t) => {
  assert.deepEqual(await waitedFor(t, 2, [undefined]), []);
});
