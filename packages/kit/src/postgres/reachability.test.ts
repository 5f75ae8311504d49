import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanup, createTestDatabase, testDeps, until } from '../testing/backing.ts';
import { startServiceProcess } from '../testing/service-process.ts';
import { openDatabase } from './pool.ts';
import { watchPostgres } from './reachability.ts';

const fixture = new URL('../testing/fixture-service.ts', import.meta.url);

/** Stands between a client and its server; what it does to packets, it does to those of open connections too. */
async function startProxy(clean: AsyncDisposableStack, url: string) {
  const server = new URL(url);
  let passing = true;
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(server.port), server.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => passing && to.write(data));
      from
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
    }
  });
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => proxy.close(() => resolve()));
  };
  const start = (port: number) =>
    new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', () => resolve()));
  await start(0);
  clean.defer(stop);
  const address = proxy.address();
  const port = address && typeof address === 'object' ? address.port : Number.NaN;
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  return {
    url: through.href,
    /** As a firewall does: nothing comes any more, and no end either. */
    drop() {
      passing = false;
    },
    /** What was dropped stays lost. */
    pass() {
      passing = true;
      for (const socket of sockets) socket.destroy();
    },
    hold: stop,
    release: () => start(port),
  };
}

async function world(t: TestContext) {
  const deps = testDeps();
  const clean = cleanup(t);
  const { url } = await createTestDatabase(deps, clean);
  const proxy = await startProxy(clean, url);
  const watch = watchPostgres(deps, proxy.url, 'test');
  clean.defer(() => watch.stop());
  const reachable = async () =>
    /^postgres_reachable 1$/m.test(await deps.metrics.registry.getSingleMetricAsString('postgres_reachable'));
  await until('an answer', reachable);
  return { deps, clean, proxy, watch, reachable };
}

for (const [what, fail, repair] of [
  ['a server that is gone', 'hold', 'release'],
  ['a server whose packets are dropped', 'drop', 'pass'],
] as const) {
  test(`${what} shows, and so does its return`, async (t) => {
    const { proxy, reachable } = await world(t);
    await proxy[fail]();
    const startedAt = performance.now();
    await until('the outage', async () => !(await reachable()), 30_000);
    t.diagnostic(`seen after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    await proxy[repair]();
    await until('the end of it', reachable, 30_000);
  });
}

test('a pool that cannot connect does not wait for the next check to say so', async (t) => {
  const { deps, clean, proxy, watch, reachable } = await world(t);
  const database = openDatabase({ ...deps, watch }, proxy.url, 'test');
  clean.defer(() => database.close());
  await database.query('select 1');
  // A check that succeeds now, and the next one two seconds later.
  await watch.ask();
  await proxy.hold();
  await assert.rejects(database.query('select 1'), { code: 'database_unavailable' });
  assert.equal(await reachable(), false);
  await proxy.release();
  await until('the end of it', async () => (await reachable()) && (await database.query('select 1')));
});

test('a loop that was blocked longer than the patience is no outage', async (t) => {
  const deps = testDeps();
  const clean = cleanup(t);
  // Without the proxy, which runs in the loop that is blocked.
  const { url } = await createTestDatabase(deps, clean);
  const watch = watchPostgres(deps, url, 'test');
  clean.defer(() => watch.stop());
  await until('an answer', () => watch.ask());
  const asked = watch.ask();
  const end = performance.now() + 1500;
  while (performance.now() < end) Math.random();
  assert.equal(await asked, true);
});

test('a request whose statement waits for a server that dropped its packets is told soon to come again', async (t) => {
  const clean = cleanup(t);
  const { url } = await createTestDatabase(testDeps(), clean);
  const proxy = await startProxy(clean, url);
  const service = await startServiceProcess(clean, fixture, { DATABASE_URL: proxy.url });
  const ask = () => fetch(`${service.url}/effects/a`);
  assert.equal((await ask()).status, 200);

  proxy.drop();
  // The first waits on a connection that is open, the second for a new one.
  for (const connection of ['open', 'new']) {
    const startedAt = performance.now();
    const answer = await ask();
    const seconds = (performance.now() - startedAt) / 1000;
    t.diagnostic(`${connection} connection: 503 after ${seconds.toFixed(1)} s`);
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
    assert.ok(seconds < 8, `${connection} connection: told after ${seconds} s`);
  }
  assert.equal((await fetch(`${service.adminUrl}/livez`)).status, 200);
  assert.equal((await fetch(`${service.adminUrl}/readyz`)).status, 200);
  proxy.pass();
  await until('an answer', async () => (await ask()).status === 200, 60_000);
});
