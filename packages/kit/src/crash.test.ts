import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cleanup, until } from './testing/backing.ts';
import { startFakeIngest } from './testing/fake-ingest.ts';
import { spawnService, startServiceProcess } from './testing/service-process.ts';

const fixture = new URL('./testing/fixture-service.ts', import.meta.url);
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
/** What must never leave the process. */
const personal = {
  email: 'ada@example.org',
  card: '4111111111111111',
  token: 'tok-swordfish',
  cookie: 'session-of-ada',
  authorization: 'Bearer of-bad-news',
};

async function start(t: TestContext, environment: Record<string, string> = {}) {
  const service = await startServiceProcess(cleanup(t), fixture, { RELEASE: '1.2.3', ...environment });
  return { ...service, purchase: (failure: string) => purchase(service.url, failure) };
}

async function startReporting(t: TestContext) {
  const ingest = await startFakeIngest(cleanup(t));
  return { ingest, ...(await start(t, { SENTRY_DSN: ingest.dsn, SENTRY_ENVIRONMENT: 'test' })) };
}

/** A request full of what is nobody's business. */
function purchase(url: string, failure: string): Promise<Response> {
  return fetch(`${url}/purchases?token=${personal.token}&email=${personal.email}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      cookie: `session=${personal.cookie}`,
      authorization: personal.authorization,
    },
    body: JSON.stringify({ failure, email: personal.email, card: personal.card }),
  });
}

function assertNothingPersonal(text: string): void {
  for (const [what, value] of Object.entries(personal)) {
    assert.ok(!text.includes(value), `${what} is in what was written:\n${text}`);
  }
}

for (const failure of ['exception', 'rejection']) {
  test(`an uncaught ${failure} is reported and logged, and the process exits 1`, async (t) => {
    const { ingest, ended, lines, errors, purchase } = await startReporting(t);
    assert.equal((await purchase(failure)).status, 202);
    assert.equal((await ended).code, 1);
    assert.equal(ingest.crashes.length, 1);
    assert.partialDeepStrictEqual(ingest.crashes[0], {
      level: 'fatal',
      release: '1.2.3',
      environment: 'test',
      tags: { service: 'fixture' },
    });
    const [inner, outer] = ingest.crashes[0]?.exception.values ?? [];
    assert.deepEqual([inner?.value, outer?.value], ['duplicate key', 'The purchase failed']);
    assert.partialDeepStrictEqual(lines.at(-1), { level: 'fatal', service: 'fixture', release: '1.2.3' });
    assertNothingPersonal(ingest.raw());
    assertNothingPersonal(JSON.stringify(lines) + errors());
  });

  test(`without a DSN an uncaught ${failure} is logged, and the process exits 1`, async (t) => {
    const { ended, lines, errors, purchase } = await start(t);
    await purchase(failure);
    assert.equal((await ended).code, 1);
    const last = lines.at(-1) as { level: string; err: { message: string; stack: string } };
    assert.equal(last.level, 'fatal');
    assert.match(last.err.message, /The purchase failed/);
    assert.match(last.err.stack, /fixture-service\.ts/);
    assertNothingPersonal(JSON.stringify(lines) + errors());
  });
}

test('an error in a handler is reported with route and trace, and the service goes on', async (t) => {
  const { ingest, url, lines, purchase } = await startReporting(t);
  assert.equal((await purchase('error')).status, 500);
  await until('the report', () => ingest.crashes.length > 0);
  assert.partialDeepStrictEqual(ingest.crashes[0], {
    release: '1.2.3',
    environment: 'test',
    tags: { service: 'fixture', route: '/purchases', trace_id: traceId },
  });
  assert.equal((await fetch(`${url}/things/1`)).status, 200);
  assertNothingPersonal(ingest.raw());
  assertNothingPersonal(JSON.stringify(lines));
});

test('what is expected to fail is not reported', async (t) => {
  const { ingest, purchase, kill } = await startReporting(t);
  assert.equal((await purchase('expected')).status, 409);
  assert.equal((await purchase('unavailable')).status, 503);
  assert.equal((await purchase('no such failure')).status, 400);
  await purchase('error');
  // Ends after everything that was reported is sent.
  assert.equal((await kill('SIGTERM')).code, 0);
  assert.deepEqual(
    ingest.crashes.map(({ exception }) => exception.values.at(-1)?.value),
    ['The purchase failed'],
  );
});

test('a service that cannot start says why, reports it and exits 1', async (t) => {
  const { ingest, url } = await startReporting(t);
  const second = spawnService(cleanup(t), fixture, { SENTRY_DSN: ingest.dsn, HTTP_PORT: new URL(url).port });
  assert.equal((await second.ended).code, 1);
  assert.partialDeepStrictEqual(second.lines.at(-1), { level: 'fatal', message: 'cannot start' });
  assert.match(JSON.stringify(second.lines.at(-1)), /EADDRINUSE/);
  assert.deepEqual(ingest.crashes[0]?.tags.phase, 'start');
});

test('a crash collector that is away changes nothing', async (t) => {
  const { kill, purchase } = await start(t, { SENTRY_DSN: 'http://key@127.0.0.1:9/1' });
  assert.equal((await purchase('error')).status, 500);
  assert.equal((await kill('SIGTERM')).code, 0);
});
