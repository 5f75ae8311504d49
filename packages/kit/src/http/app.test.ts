import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { Router } from 'express';
import { z } from 'zod';
import { conflict, unavailable } from '../errors.ts';
import { cleanup, testDeps, until } from '../testing/backing.ts';
import { currentTrace } from '../trace-context.ts';
import { type AppOptions, createApp } from './app.ts';
import { type Problem, problemContentType } from './problem.ts';
import { type Route, route } from './route.ts';
import { listen } from './server.ts';

async function serve(t: TestContext, routes: readonly Route[], options: Partial<AppOptions> = {}) {
  const clean = cleanup(t);
  const deps = testDeps();
  const app = createApp(deps, {
    title: 'test',
    description: 'A test',
    release: '1',
    routes,
    pages: [],
    draining: () => false,
    ready: () => true,
    ...options,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  clean.defer(() => server.close());
  return { ...deps, url: `http://127.0.0.1:${server.port}` };
}

const thing = route({
  method: 'get',
  path: '/things/:thingId',
  summary: 'A thing',
  params: z.object({ thingId: z.string().max(10) }),
  query: z.object({ limit: z.coerce.number().max(100).optional() }),
  responses: { 200: z.object({}) },
  handle: async ({ params, query }) => ({
    status: 200,
    body: { ...params, ...query, trace: currentTrace()?.traceparent },
  }),
});
const createThing = route({
  method: 'post',
  path: '/things',
  summary: 'Make a thing',
  body: z.strictObject({ name: z.string().min(1), count: z.int() }),
  responses: { 201: z.object({}) },
  handle: async ({ body }) => ({ status: 201, body, headers: { Location: '/things/1' } }),
});
const failing = (error: unknown) =>
  route({
    method: 'get',
    path: '/failing',
    summary: 'Fails',
    responses: { 200: undefined },
    handle: async () => {
      throw error;
    },
  });

const post = (url: string, body: string, type = 'application/json') =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': type } });

async function problemOf(response: Response) {
  assert.equal(response.headers.get('content-type'), problemContentType);
  return (await response.json()) as Problem;
}

/** The series of the duration histogram, as `METHOD route status` and how often. */
async function counted({ metrics }: ReturnType<typeof testDeps>) {
  const [histogram] = (await metrics.registry.getMetricsAsJSON()).filter(
    ({ name }) => name === 'http_server_request_duration_seconds',
  );
  const values = (histogram?.values ?? []) as {
    metricName?: string;
    value: number;
    labels: Record<string, string>;
  }[];
  return Object.fromEntries(
    values
      .filter(({ metricName }) => metricName?.endsWith('_count'))
      .map(({ labels, value }) => [
        `${labels.http_request_method} ${labels.http_route} ${labels.http_response_status_code}`,
        value,
      ]),
  );
}

test('a parsed request is answered with JSON', async (t) => {
  const { url } = await serve(t, [thing, createThing]);
  const found = await fetch(`${url}/things/7?limit=5`);
  assert.equal(found.status, 200);
  assert.match(found.headers.get('content-type') ?? '', /^application\/json/);
  assert.partialDeepStrictEqual(await found.json(), { thingId: '7', limit: 5 });
  assert.equal(found.headers.get('x-powered-by'), null);

  const made = await post(`${url}/things`, '{"name":"a","count":1}');
  assert.equal(made.status, 201);
  assert.equal(made.headers.get('location'), '/things/1');
});

test('a request that cannot be used gets a 400 problem that says what is wrong', async (t) => {
  const { url } = await serve(t, [thing, createThing]);
  const wrong = await problemOf(await post(`${url}/things`, '{"name":"","count":1.5,"colour":"red"}'));
  assert.equal(wrong.type, 'urn:tocsin:problem:invalid');
  assert.equal(wrong.status, 400);
  for (const mention of ['name', 'count', 'colour']) assert.match(wrong.detail ?? '', new RegExp(mention));
  assert.match(wrong.traceId ?? '', /^[0-9a-f]{32}$/);

  const cases: [string, Promise<Response>, RegExp][] = [
    ['malformed JSON', post(`${url}/things`, '{"name":'), /JSON/],
    ['another content type', post(`${url}/things`, 'name=a', 'application/x-www-form-urlencoded'), /JSON/],
    ['no body', fetch(`${url}/things`, { method: 'POST' }), /JSON/],
    ['parameter in the path', fetch(`${url}/things/longer-than-ten`), /thingId/],
    ['parameter in the query', fetch(`${url}/things/1?limit=1000`), /limit/],
    ['path that is not UTF-8', fetch(`${url}/things/%ff`), /decode/],
  ];
  for (const [what, answer, mention] of cases) {
    const response = await answer;
    assert.equal(response.status, 400, what);
    assert.match((await problemOf(response)).detail ?? '', mention, what);
  }
});

test('a body beyond the limit gets a 413 problem', async (t) => {
  const { url } = await serve(t, [createThing]);
  const response = await post(`${url}/things`, JSON.stringify({ name: 'x'.repeat(300_000), count: 1 }));
  assert.equal(response.status, 413);
  assert.equal((await problemOf(response)).status, 413);
});

test('what nobody serves gets a 404 problem', async (t) => {
  const { url } = await serve(t, [createThing]);
  for (const target of ['/', '/nothing', '/things/1']) {
    const response = await fetch(`${url}${target}`);
    assert.equal(response.status, 404);
    assert.equal((await problemOf(response)).type, 'urn:tocsin:problem:not_found');
  }
});

test('a method that a path does not have gets a 405 problem, and Allow says which it has', async (t) => {
  const served = await serve(t, [thing, createThing, { ...thing, method: 'delete' }]);
  const refused: [method: string, path: string, allow: string][] = [
    ['GET', '/things', 'POST'],
    ['PATCH', '/things/1', 'GET, HEAD, DELETE'],
    ['POST', '/openapi.json', 'GET, HEAD'],
  ];
  for (const [method, path, allow] of refused) {
    const response = await fetch(`${served.url}${path}`, { method });
    assert.equal(response.status, 405, `${method} ${path}`);
    assert.equal(response.headers.get('allow'), allow);
    assert.equal((await problemOf(response)).type, 'urn:tocsin:problem:method_not_allowed');
  }
  await until('all are counted', async () => Object.keys(await counted(served)).length >= refused.length);
  assert.equal((await counted(served))['GET /things 405'], 1);
});

test('a page may have a method that the route of the same path has not', async (t) => {
  const page = Router().get('/things', (_request, response) => void response.end('a page'));
  const { url } = await serve(t, [createThing], { pages: [page] });
  assert.equal(await (await fetch(`${url}/things`)).text(), 'a page');
});

test('an error on purpose becomes its problem, and is not a crash', async (t) => {
  const { url, reports } = await serve(t, [failing(conflict('It is gone already'))]);
  const response = await fetch(`${url}/failing`);
  assert.equal(response.status, 409);
  assert.partialDeepStrictEqual(await problemOf(response), {
    type: 'urn:tocsin:problem:conflict',
    title: 'Conflict',
    detail: 'It is gone already',
  });
  assert.equal(reports.length, 0);
});

test('an unexpected error becomes a 500 without details, and a crash report with its route', async (t) => {
  const error = new Error('the password is swordfish');
  const { url, reports } = await serve(t, [failing(error)]);
  const response = await fetch(`${url}/failing`);
  assert.equal(response.status, 500);
  const text = await response.text();
  assert.doesNotMatch(text, /swordfish/);
  assert.deepEqual(Object.keys(JSON.parse(text) as Problem).sort(), ['status', 'title', 'traceId', 'type']);
  assert.deepEqual(reports, [{ error, where: { route: '/failing' } }]);
});

test('what may pass is a 503 problem with Retry-After, and not a crash', async (t) => {
  const { url, reports } = await serve(t, [
    failing(unavailable('bank_unavailable', 'no answer from 10.1.1.1')),
  ]);
  const response = await fetch(`${url}/failing`);
  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '1');
  const problem = await problemOf(response);
  assert.equal(problem.type, 'urn:tocsin:problem:bank_unavailable');
  assert.equal(problem.detail, undefined);
  assert.equal(reports.length, 0);
});

test('a handler that takes too long is answered for with a 503, and its signal aborts', async (t) => {
  const aborted = Promise.withResolvers<void>();
  const slow = route({
    method: 'get',
    path: '/slow',
    summary: 'Never answers',
    responses: { 200: undefined },
    async handle({ signal }) {
      signal.addEventListener('abort', () => aborted.resolve());
      return new Promise(() => {});
    },
  });
  const { url } = await serve(t, [slow, thing], { requestBudgetMs: 50 });
  const answers = Array.from({ length: 3 }, () => fetch(`${url}/slow`));
  for (const response of await Promise.all(answers)) {
    assert.equal(response.status, 503);
    assert.equal((await problemOf(response)).type, 'urn:tocsin:problem:timeout');
  }
  await aborted.promise;
  assert.equal((await fetch(`${url}/things/1`)).status, 200);
  assert.equal((await fetch(`${url}/slow`)).status, 503, 'the next one has a budget too');
});

test('until the service is ready, its routes answer 503, and tell that they exist', async (t) => {
  let ready = false;
  const { url } = await serve(t, [thing], { ready: () => ready });
  const early = await fetch(`${url}/things/1`);
  assert.equal(early.status, 503);
  assert.equal(early.headers.get('retry-after'), '1');
  assert.equal((await problemOf(early)).type, 'urn:tocsin:problem:not_ready');
  assert.equal((await fetch(`${url}/openapi.json`)).status, 200);
  ready = true;
  assert.equal((await fetch(`${url}/things/1`)).status, 200);
});

test('the trace of the caller goes on; a malformed one is replaced', async (t) => {
  const { url } = await serve(t, [thing]);
  const traceOf = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/things/1`, { headers });
    const { trace } = (await response.json()) as { trace: string };
    return { trace, requestId: response.headers.get('x-request-id') };
  };
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const taken = await traceOf({ traceparent: `00-${traceId}-00f067aa0ba902b7-00` });
  assert.match(taken.trace, new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  assert.doesNotMatch(taken.trace, /00f067aa0ba902b7/, 'this is another span of the trace');
  assert.equal(taken.requestId, traceId);

  const seen = new Set<string>();
  for (const traceparent of [
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7-01, 00-${traceId}-00f067aa0ba902b7-01`,
  ]) {
    const { trace } = await traceOf({ traceparent });
    assert.match(trace, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.doesNotMatch(trace, new RegExp(traceId), traceparent);
    seen.add(trace);
  }
  assert.equal(seen.size, 7, 'each gets a trace of its own');
});

test('a request id is taken over where it is sensible, also on errors', async (t) => {
  const { url } = await serve(t, [thing]);
  const idOf = async (target: string, id: string) =>
    (await fetch(`${url}${target}`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
  assert.equal(await idOf('/things/1', 'abc-123'), 'abc-123');
  assert.equal(await idOf('/nothing', 'abc-123'), 'abc-123');
  assert.match((await idOf('/things/1', 'x'.repeat(200))) ?? '', /^[0-9a-f]{32}$/);
  assert.match((await idOf('/things/1', '<script>')) ?? '', /^[0-9a-f]{32}$/);
});

test('durations are counted by route template, never by path', async (t) => {
  const served = await serve(t, [thing, createThing, failing(new Error('x'))]);
  const { url } = served;
  await fetch(`${url}/things/1`);
  await fetch(`${url}/things/2`);
  await fetch(`${url}/things/1`, { method: 'HEAD' });
  await post(`${url}/things`, '{}');
  await fetch(`${url}/failing`);
  for (const path of ['/wp-login.php', '/things/1/2/3', '/%ff']) await fetch(`${url}${path}`);
  await new Promise((resolve) => request(url, { method: 'PROPFIND' }, resolve).end());

  const seen = await until('all are counted', async () => {
    const all = Object.entries(await counted(served)).filter(([, count]) => count > 0);
    return all.reduce((sum, [, count]) => sum + count, 0) === 9 && Object.fromEntries(all);
  });
  assert.deepEqual(seen, {
    'GET /things/:thingId 200': 2,
    'HEAD /things/:thingId 200': 1,
    'POST /things 400': 1,
    'GET /failing 500': 1,
    'GET unmatched 404': 3,
    '_OTHER unmatched 404': 1,
  });
});

test('what a route can answer is there at zero before the first request', async (t) => {
  const served = await serve(t, [thing, createThing]);
  assert.deepEqual(await counted(served), {
    'GET /things/:thingId 200': 0,
    'GET /things/:thingId 400': 0,
    'GET /things/:thingId 500': 0,
    'GET /things/:thingId 503': 0,
    'POST /things 201': 0,
    'POST /things 400': 0,
    'POST /things 500': 0,
    'POST /things 503': 0,
  });
});

test('a caller that gives up before the answer is counted with the time that it waited', async (t) => {
  const begun = Promise.withResolvers<void>();
  const served = await serve(
    t,
    [
      route({
        method: 'get',
        path: '/slow',
        summary: 'Slow',
        responses: { 204: undefined },
        handle() {
          begun.resolve();
          return new Promise(() => {});
        },
      }),
    ],
    { requestBudgetMs: 2000 },
  );
  const giveUp = new AbortController();
  const answer = fetch(`${served.url}/slow`, { signal: giveUp.signal });
  await begun.promise;
  giveUp.abort();
  await assert.rejects(answer);
  await until('it is counted', async () => (await counted(served))['GET /slow 499'] === 1);
});

test('while draining, every answer closes its connection, also to a request from before', async (t) => {
  let draining = false;
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const slow = route({
    method: 'get',
    path: '/slow',
    summary: 'Slow',
    responses: { 204: undefined },
    async handle() {
      begun.resolve();
      await go.promise;
      return { status: 204 };
    },
  });
  const { url } = await serve(t, [slow, thing], { draining: () => draining });
  const connectionOf = (response: Response) => response.headers.get('connection');
  assert.equal(connectionOf(await fetch(`${url}/things/1`)), 'keep-alive');
  const before = fetch(`${url}/slow`);
  await begun.promise;
  draining = true;
  assert.equal(connectionOf(await fetch(`${url}/things/1`)), 'close');
  assert.equal(connectionOf(await fetch(`${url}/nothing`)), 'close');
  go.resolve();
  assert.equal(connectionOf(await before), 'close');
});
