import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { KitError } from '../errors.ts';
import { withTrace } from '../spans.ts';
import { cleanup, testDeps } from '../testing/backing.ts';
import { currentTrace, traceIdOf } from '../trace-context.ts';
import { createHttpClient } from './client.ts';
import { listen } from './server.ts';

const pet = z.object({ name: z.string() });

async function clientOf(t: TestContext, far: RequestListener) {
  const clean = cleanup(t);
  const deps = testDeps();
  const server = await listen(far, { host: '127.0.0.1', port: 0 });
  clean.defer(() => server.close());
  const client = createHttpClient(deps, 'zoo', `http://127.0.0.1:${server.port}`);
  return { ...deps, client, server };
}

async function seen({ metrics }: ReturnType<typeof testDeps>) {
  const text = await metrics.registry.getSingleMetricAsString('http_client_request_duration_seconds');
  return [...text.matchAll(/_count\{(.*)\} (\d+)/g)].map(([, labels]) => labels);
}

test('an answer is parsed by the schema of its status, and the trace goes along', async (t) => {
  let received: { traceparent: unknown; type: unknown } | undefined;
  const { client, ...deps } = await clientOf(t, (request, response) => {
    received = { traceparent: request.headers.traceparent, type: request.headers['content-type'] };
    response.writeHead(201).end('{"name":"rex","colour":"brown"}');
  });
  const traceId = await withTrace('visit', undefined, async () => {
    const answer = await client.call({ method: 'POST', path: '/pets', body: {}, answers: { 201: pet } });
    assert.deepEqual(answer, { status: 201, body: { name: 'rex' } });
    return traceIdOf(currentTrace()?.traceparent ?? '');
  });
  assert.match(String(received?.traceparent), new RegExp(`^00-${traceId}-`));
  assert.equal(received?.type, 'application/json');
  assert.deepEqual(await seen(deps), [
    'http_request_method="POST",server_address="zoo",http_response_status_code="201",error_type=""',
  ]);
});

test('an answer without a body is parsed too', async (t) => {
  const { client } = await clientOf(t, (_request, response) => response.writeHead(204).end());
  assert.deepEqual(await client.call({ path: '/', answers: { 204: z.undefined() } }), {
    status: 204,
    body: undefined,
  });
});

test('what may pass is transient: 5xx, 429, a broken connection, a time-out', async (t) => {
  let answer: RequestListener = (_request, response) => response.writeHead(500).end();
  const { client, server, ...deps } = await clientOf(t, (request, response) => answer(request, response));
  const call = () => client.call({ path: '/', answers: { 200: pet }, timeoutMs: 500 });
  const transient = (error: unknown) =>
    error instanceof KitError && error.code === 'zoo_unavailable' && error.transient && error.retryable;
  await assert.rejects(call, transient);
  answer = (_request, response) => response.writeHead(429).end();
  await assert.rejects(call, transient);
  answer = (request) => request.socket.destroy();
  await assert.rejects(call, transient);
  answer = () => {};
  await assert.rejects(call, transient);
  answer = (_request, response) => response.writeHead(200).write('{"name":');
  await assert.rejects(call, transient);
  server.server.closeAllConnections();
  await server.close();
  await assert.rejects(call, transient);

  const labels = (await seen(deps)).map((line) => line?.replace(/.*(http_response.*)/, '$1'));
  assert.deepEqual(labels, [
    'http_response_status_code="500",error_type="unexpected_status"',
    'http_response_status_code="429",error_type="unexpected_status"',
    'http_response_status_code="",error_type="connection"',
    'http_response_status_code="",error_type="timeout"',
  ]);
});

test('what will not pass is a refusal: a status nobody named, a body of another shape', async (t) => {
  let answer: RequestListener = (_request, response) => response.writeHead(404).end();
  const { client } = await clientOf(t, (request, response) => answer(request, response));
  const call = () => client.call({ path: '/', answers: { 200: pet } });
  const refused = (error: unknown) =>
    error instanceof KitError && error.code === 'zoo_refused' && !error.retryable;
  await assert.rejects(call, refused);
  answer = (_request, response) => response.writeHead(200).end('{"name":7}');
  await assert.rejects(call, refused);
  answer = (_request, response) => response.writeHead(200).end('<html>');
  await assert.rejects(call, refused);
});
