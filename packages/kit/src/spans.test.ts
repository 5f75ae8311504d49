import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanup, createTestDatabase, createTestTopics, testDeps, until } from './testing/backing.ts';
import { type CollectedSpan, startOtlpReceiver } from './testing/otlp-receiver.ts';
import { startServiceProcess } from './testing/service-process.ts';

const fixture = new URL('./testing/fixture-service.ts', import.meta.url);
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${callerId}-01`;

/** The line of a span: what it is, below what. */
function tree(spans: readonly CollectedSpan[]): string[] {
  const nameOf = (id: string) => spans.find(({ spanId }) => spanId === id)?.name ?? id;
  return spans.map(({ kind, name, parentSpanId }) => `${nameOf(parentSpanId)} → ${kind} ${name}`).sort();
}

async function world(t: TestContext) {
  const deps = testDeps();
  const clean = cleanup(t);
  const receiver = await startOtlpReceiver(clean);
  const { url } = await createTestDatabase(deps, clean);
  const topics = await createTestTopics(deps);
  const service = await startServiceProcess(clean, fixture, {
    DATABASE_URL: url,
    KAFKA_BROKERS: topics.brokers.join(','),
    EVENTS_TOPIC: topics.events.name,
    GROUP: topics.group.name,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    RELEASE: '1.2.3',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  return { receiver, topics, service };
}

test('a request, what it publishes, its relay and its consumer are one trace', async (t) => {
  const { receiver, topics, service } = await world(t);
  const topic = topics.events.name;
  const answer = await fetch(`${service.url}/effects/a`, { method: 'POST', headers: { traceparent } });
  assert.equal(answer.status, 202);
  await until('its effect', async () => {
    const { count } = (await (await fetch(`${service.url}/effects/a`)).json()) as { count?: number };
    return count === 1;
  });
  // What was not sent yet is sent on the way down.
  assert.equal((await service.kill('SIGTERM')).code, 0);
  const spans = receiver.spans.filter((span) => span.traceId === traceId);
  assert.deepEqual(
    tree(spans),
    [
      `${callerId} → server POST /effects/:key`,
      `POST /effects/:key → producer create ${topic}`,
      `create ${topic} → client send ${topic}`,
      `create ${topic} → consumer process ${topic}`,
    ].sort(),
  );
  const [server, create, send, process] = ['server', 'producer', 'client', 'consumer'].map((kind) =>
    spans.find((span) => span.kind === kind),
  );
  assert.partialDeepStrictEqual(server, {
    failed: false,
    attributes: { 'http.request.method': 'POST', 'http.route': '/effects/:key', 'url.path': '/effects/a' },
    resource: {
      'service.name': 'fixture',
      'service.version': '1.2.3',
      'service.namespace': 'tocsin',
      'deployment.environment.name': 'test',
    },
  });
  const id = create?.attributes['messaging.message.id'];
  assert.ok(typeof id === 'string' && id.length > 0);
  for (const span of [send, process]) assert.equal(span?.attributes['messaging.message.id'], id);
  assert.partialDeepStrictEqual(process?.attributes, {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.consumer.group.name': topics.group.name,
    'cloudevents.event_type': 'thing.happened.v1',
    'tocsin.outcome': 'handled',
  });
});

test('a call to a neighbour hangs below the request that makes it, and the log names the same trace', async (t) => {
  const clean = cleanup(t);
  const receiver = await startOtlpReceiver(clean);
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
  const near = await startServiceProcess(clean, fixture, environment);
  const far = await startServiceProcess(clean, fixture, { ...environment, NEIGHBOUR_URL: near.url });
  assert.equal((await fetch(`${far.url}/neighbours/1`)).status, 200);
  await far.kill('SIGTERM');
  await near.kill('SIGTERM');
  assert.deepEqual(tree(receiver.spans), [
    ' → server GET /neighbours/:thingId',
    'GET /neighbours/:thingId → client GET',
    'GET → server GET /things/:thingId',
  ]);
  const traces = [...new Set(receiver.spans.map((span) => span.traceId))];
  const { trace_id } = near.lines.find(({ message }) => message === 'looked up') ?? {};
  assert.deepEqual(traces, [trace_id]);
  const call = receiver.spans.find(({ kind }) => kind === 'client');
  assert.partialDeepStrictEqual(call?.attributes, {
    'server.address': '127.0.0.1',
    'url.full': `${near.url}/things/1`,
    'http.request.method': 'GET',
  });
});

test('a request that fails is a span that failed; of the error only its type', async (t) => {
  const clean = cleanup(t);
  const receiver = await startOtlpReceiver(clean);
  const service = await startServiceProcess(clean, fixture, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const answer = await fetch(`${service.url}/purchases?token=swordfish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ failure: 'error', email: 'ada@example.org' }),
  });
  assert.equal(answer.status, 500);
  await service.kill('SIGTERM');
  assert.partialDeepStrictEqual(receiver.spans, [{ failed: true, attributes: { 'error.type': '500' } }]);
  assert.ok(!/ada|swordfish/.test(JSON.stringify(receiver.spans)));
});

test('a trace that its caller does not keep is not kept, and neither is one beyond the ratio', async (t) => {
  const clean = cleanup(t);
  const receiver = await startOtlpReceiver(clean);
  const service = await startServiceProcess(clean, fixture, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  const ask = (headers = {}) => fetch(`${service.url}/things/1`, { headers });
  await ask();
  await ask({ traceparent: traceparent.replace(/01$/, '00') });
  await ask({ traceparent });
  await service.kill('SIGTERM');
  assert.deepEqual(
    receiver.spans.map((span) => [span.traceId, span.parentSpanId]),
    [[traceId, callerId]],
  );
  // What is not kept is a trace all the same.
  const traces = service.lines
    .filter(({ message }) => message === 'looked up')
    .map(({ trace_id }) => trace_id);
  assert.equal(traces.length, 3);
  assert.match(String(traces[0]), /^[0-9a-f]{32}$/);
  assert.deepEqual(traces.slice(1), [traceId, traceId]);
});

for (const [what, answer] of [
  ['that is not there', undefined],
  ['that accepts and never answers', () => {}],
] as const) {
  test(`a collector ${what} slows and breaks nothing, and its absence is told once`, async (t) => {
    const clean = cleanup(t);
    let port = 9;
    if (answer) {
      const silent = createServer(answer).listen(0, '127.0.0.1');
      clean.defer(() => void silent.close());
      const address = await until('a port', () => silent.address());
      if (address && typeof address === 'object') port = address.port;
    }
    const service = await startServiceProcess(clean, fixture, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    for (let round = 0; round < 20; round += 1) {
      assert.equal((await fetch(`${service.url}/things/1`)).status, 200);
    }
    const told = () => service.lines.filter(({ message }) => message === 'spans are not collected').length;
    await until('word of it', () => told() > 0, 60_000);
    assert.equal((await fetch(`${service.url}/things/1`)).status, 200);
    const metrics = await (await fetch(`${service.adminUrl}/metrics`)).text();
    assert.match(metrics, /^otlp_spans_total\{outcome="lost"\} [1-9]/m);
    assert.equal((await service.kill('SIGTERM')).code, 0);
    assert.equal(told(), 1);
    assert.ok(!service.lines.some(({ message }) => message === 'shutdown step abandoned'));
  });
}
