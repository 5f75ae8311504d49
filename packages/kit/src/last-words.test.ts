import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { listen } from './http/server.ts';
import { createLastWords } from './last-words.ts';
import { cleanup, testDeps, until } from './testing/backing.ts';
import { startServiceProcess } from './testing/service-process.ts';

const fixture = new URL('./testing/fixture-service.ts', import.meta.url);

/** What a Pushgateway is sent. */
async function startGateway(t: TestContext) {
  const pushes: { what: string; body: string }[] = [];
  const { port, close } = await listen(
    async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
      pushes.push({ what: `${request.method} ${request.url}`, body });
      response.writeHead(202).end();
    },
    { host: '127.0.0.1', port: 0 },
  );
  cleanup(t).defer(close);
  return { url: `http://127.0.0.1:${port}`, pushes };
}

const secondsIn = (body: string, series: string) => {
  const line = body.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length));
};
const assertJustNow = (seconds: number) =>
  assert.ok(Math.abs(Date.now() / 1000 - seconds) < 120, `${seconds} is not about now`);

test('a shutdown step that hangs is pushed with the labels of a scrape, and the exit is in order', async (t) => {
  const gateway = await startGateway(t);
  const service = await startServiceProcess(cleanup(t), fixture, { PUSHGATEWAY_URL: gateway.url });
  const faults = [{ kind: 'hang-shutdown', seconds: 60 }];
  const answer = await fetch(`${service.adminUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults }),
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(await service.kill('SIGTERM'), { code: 0, signal: null });
  const instance = encodeURIComponent(new URL(service.adminUrl).host);
  assert.deepEqual(
    gateway.pushes.map(({ what }) => what),
    [`POST /metrics/job/last-words/namespace/tocsin/service/fixture/instance/${instance}`],
  );
  const series = 'kit_shutdown_overran_timestamp_seconds{step="hang on purpose"}';
  assertJustNow(secondsIn(gateway.pushes[0]?.body ?? '', series));
  const abandoned = service.lines.filter(({ message }) => message === 'shutdown step abandoned');
  assert.deepEqual(
    abandoned.map(({ step }) => step),
    ['hang on purpose'],
  );
});

test('a shutdown in order says nothing', async (t) => {
  const gateway = await startGateway(t);
  const service = await startServiceProcess(cleanup(t), fixture, { PUSHGATEWAY_URL: gateway.url });
  assert.equal((await service.kill('SIGTERM')).code, 0);
  assert.deepEqual(gateway.pushes, []);
});

test('an uncaught error is pushed by its type before the process exits 1', async (t) => {
  const gateway = await startGateway(t);
  const service = await startServiceProcess(cleanup(t), fixture, {
    PUSHGATEWAY_URL: gateway.url,
    NAMESPACE: 'shop',
  });
  await fetch(`${service.url}/purchases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ failure: 'exception', email: 'ada@example.org' }),
  });
  assert.equal((await service.ended).code, 1);
  const [push] = gateway.pushes;
  assert.match(push?.what ?? '', /\/namespace\/shop\/service\/fixture\//);
  assertJustNow(secondsIn(push?.body ?? '', 'kit_crash_timestamp_seconds{error_type="Error"}'));
  assert.ok(!push?.body.includes('ada'));
});

test('a Pushgateway that accepts and never answers holds up no exit', async (t) => {
  const clean = cleanup(t);
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  clean.defer(() => void silent.close());
  const address = await until('a port', () => silent.address());
  const port = address && typeof address === 'object' ? address.port : Number.NaN;
  const lastWords = createLastWords(testDeps(), {
    url: `http://127.0.0.1:${port}`,
    labels: () => ({ namespace: 'tocsin', service: 'test', instance: 'test' }),
  });
  const startedAt = performance.now();
  await lastWords.crashed(new Error('x'));
  const seconds = (performance.now() - startedAt) / 1000;
  // It was tried, and given up long before anybody who waits for the exit would kill.
  assert.ok(seconds > 0.9 && seconds < 10, `${seconds} s`);
});

test('a Pushgateway that is not there, or refuses, is no reason to fail', async () => {
  const lastWords = createLastWords(testDeps(), {
    url: 'http://127.0.0.1:9',
    labels: () => ({ namespace: 'tocsin', service: 'test', instance: 'test' }),
  });
  await lastWords.overran(['a', 'b']);
});
