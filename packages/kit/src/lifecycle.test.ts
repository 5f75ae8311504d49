import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createShutdown } from './lifecycle.ts';
import { cleanup, testDeps, until } from './testing/backing.ts';
import { type ServiceProcess, spawnService, startServiceProcess } from './testing/service-process.ts';
import { startSteadyClients } from './testing/steady-clients.ts';

const fixture = new URL('./testing/fixture-service.ts', import.meta.url);
const portOf = ({ url }: { url: string }) => Number(new URL(url).port);
const steps = (lines: readonly Readonly<Record<string, unknown>>[], message: string) =>
  lines.filter((line) => line.message === message).map(({ step }) => step);

async function start(t: TestContext, environment: Record<string, string> = {}) {
  return startServiceProcess(cleanup(t), fixture, environment);
}

/** Requests that the service has begun to work on, and that take `ms`. */
async function slowRequests({ url, lines }: ServiceProcess, agent: Agent, count: number, ms: number) {
  const answers = Array.from(
    { length: count },
    () =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        get(`${url}/slow?ms=${ms}`, { agent }, (response) => {
          const { connection } = response.headers;
          response.resume().on('end', () => resolve({ status: response.statusCode, connection }));
        }).on('error', reject);
      }),
  );
  const begun = () => lines.filter(({ message }) => message === 'slow request begins').length;
  await until('all of them under way', () => begun() === count, 10_000, begun);
  return answers;
}

/** The instances that take new connections, in turn; one that is not ready is taken out some time late. */
function kubeProxy(clean: AsyncDisposableStack, instances: readonly ServiceProcess[], lagMs: number) {
  const stopping = new AbortController();
  const { signal } = stopping;
  clean.defer(() => stopping.abort());
  const open = new Set(instances.map(portOf));
  const watch = async (instance: ServiceProcess) => {
    const ready = () =>
      fetch(`${instance.adminUrl}/readyz`, { signal }).then(
        ({ ok }) => ok,
        () => false,
      );
    while (await ready()) await sleep(100, undefined, { signal });
    await sleep(lagMs, undefined, { signal });
    open.delete(portOf(instance));
  };
  for (const instance of instances) void watch(instance).catch(() => {});
  let turn = 0;
  return () => {
    turn += 1;
    return [...open][turn % open.size] ?? Number.NaN;
  };
}

test('a deployment fails no request: 200 keep-alive clients over two instances, of which one ends', async (t) => {
  const clean = cleanup(t);
  const [staying, leaving] = await Promise.all([start(t), start(t, { DRAIN_DELAY_MS: '2000' })]);
  const clients = startSteadyClients(clean, {
    count: 200,
    everyMs: 500,
    // Some are under way at any moment, that of the signal included.
    path: (round) => (round % 10 === 0 ? '/slow?ms=400' : '/things/1'),
    pick: kubeProxy(clean, [staying, leaving], 500),
  });
  const onEach = () => [clients.settled(portOf(staying)), clients.settled(portOf(leaving))];
  await until('all clients, half of them on each', () => onEach().every((n) => n === 100), 20_000, onEach);

  leaving.signal('SIGTERM');
  assert.deepEqual(await leaving.ended, { code: 0, signal: null });
  await until('all clients on the other', () => clients.settled(portOf(staying)) === 200, 20_000, onEach);
  await clients.stop();
  assert.deepEqual(clients.failures, []);
  // Whoever was there was told to go, and so were those that came while word had not spread yet.
  const told = clients.toldToLeave(portOf(leaving));
  assert.ok(told > 100, `${told} times a client was told to leave`);
  assert.equal(clients.toldToLeave(portOf(staying)), 0);
  assert.deepEqual(steps(leaving.lines, 'shutdown step abandoned'), []);
});

test('no request in flight is cut, nor one that is still being sent', async (t) => {
  const service = await start(t);
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const answers = await slowRequests(service, agent, 20, 1500);
  const body = JSON.stringify({ failure: 'expected', email: '' });
  const upload = connect(portOf(service), '127.0.0.1');
  t.after(() => upload.destroy());
  upload.write(
    `POST /purchases HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  const [go] = (await once(upload, 'data')) as [Buffer];
  assert.match(go.toString(), /^HTTP\/1\.1 100 /);
  upload.write(body.slice(0, 5));

  service.signal('SIGTERM');
  await until('a closed door', () =>
    fetch(`${service.url}/things/1`).then(
      () => false,
      () => true,
    ),
  );
  upload.write(body.slice(5));
  const [answer] = (await once(upload, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 409 .*\r\nConnection: close\r\n/s);
  assert.deepEqual(
    new Set(await Promise.all(answers)),
    new Set([...Array(20)].map(() => ({ status: 204, connection: 'close' }))),
  );
  assert.equal((await service.ended).code, 0);
});

test('while it drains a service answers, is alive and no longer ready', async (t) => {
  const service = await start(t, { DRAIN_DELAY_MS: '3000' });
  service.signal('SIGTERM');
  const readyz = await until('unreadiness', async () => {
    const response = await fetch(`${service.adminUrl}/readyz`);
    return response.status === 503 && response;
  });
  assert.partialDeepStrictEqual(await readyz.json(), { error: { draining: 'shutting down' } });
  for (const probe of ['livez', 'startupz']) {
    assert.equal((await fetch(`${service.adminUrl}/${probe}`)).status, 200, probe);
  }
  assert.match(await (await fetch(`${service.adminUrl}/metrics`)).text(), /^kit_shutdown_phase 1$/m);
  const answer = await fetch(`${service.url}/things/1`);
  assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close']);
  assert.equal((await service.ended).code, 0);
});

test('a second signal hurries nothing: what is in flight is finished all the same', async (t) => {
  const service = await start(t);
  const agent = new Agent();
  const [answer] = await slowRequests(service, agent, 1, 1500);
  service.signal('SIGTERM');
  await until('the way down', async () => !(await fetch(`${service.adminUrl}/readyz`)).ok);
  service.signal('SIGTERM');
  service.signal('SIGINT');
  assert.equal((await answer)?.status, 204);
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  assert.equal(
    steps(service.lines, 'shutdown step done').filter((step) => step === 'finish requests').length,
    1,
  );
});

test('a connection on which nothing was ever sent holds up nothing', async (t) => {
  const service = await start(t);
  const silent = connect(portOf(service), '127.0.0.1');
  t.after(() => silent.destroy());
  await once(silent, 'connect');
  service.signal('SIGTERM');
  assert.equal((await service.ended).code, 0);
  assert.deepEqual(steps(service.lines, 'shutdown step abandoned'), []);
});

test('a shutdown step that hangs is named in the log and cut at its budget', async (t) => {
  const service = await start(t, { HANGS_ON_CLOSE: 'true' });
  service.signal('SIGTERM');
  assert.equal((await service.ended).code, 0);
  const abandoned = service.lines.filter(({ message }) => message === 'shutdown step abandoned');
  assert.partialDeepStrictEqual(abandoned, [{ level: 'error', step: 'wait for Godot', budgetMs: 5000 }]);
  assert.equal(service.lines.at(-1)?.message, 'bye');
});

test('a step that hangs, fails or throws keeps none of the others from its turn', async () => {
  const deps = testDeps();
  const seen: string[] = [];
  const step = (name: string, run: () => Promise<void>) => ({
    name,
    budgetMs: 20,
    run() {
      seen.push(name);
      return run();
    },
  });
  await createShutdown(deps)([
    step('hangs', () => new Promise(() => {})),
    step('fails', () => Promise.reject(new Error('no'))),
    step('throws', () => {
      throw new Error('no');
    }),
    step('ends', async () => {}),
  ]);
  assert.deepEqual(seen, ['hangs', 'fails', 'throws', 'ends']);
  assert.match(await deps.metrics.registry.metrics(), /^kit_shutdown_phase 4$/m);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} during start-up ends it`, async (t) => {
    // Nothing listens there: the migrations are tried again and again.
    const service = spawnService(cleanup(t), fixture, { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
    await service.listening();
    await until('a try', () =>
      service.lines.find(({ message }) => /migrations failed/.test(String(message))),
    );
    service.signal(signal);
    assert.deepEqual(await service.ended, { code: 0, signal: null });
    assert.deepEqual(steps(service.lines, 'shutdown step abandoned'), []);
    assert.ok(!service.lines.some(({ level }) => level === 'fatal'), JSON.stringify(service.lines.slice(-3)));
  });
}

const newPidNamespace = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const [command = '', ...args] = [...newPidNamespace, 'true'];
const forbidden = spawnSync(command, args, { encoding: 'utf8' });

test('a PID 1 process exits after SIGTERM', {
  skip: forbidden.status !== 0 && `unshare: ${forbidden.error?.message ?? forbidden.stderr.trim()}`,
}, async (t) => {
  const service = spawnService(
    cleanup(t),
    fixture,
    // Something that is still open: without it the process would end for want of work, and prove nothing.
    { HANGS_ON_CLOSE: 'true' },
    newPidNamespace,
  );
  const { adminUrl } = await service.listening();
  await until('readiness', async () => (await fetch(`${adminUrl}/readyz`)).ok);
  // unshare itself lets SIGTERM pass by; the service is its child, and knows itself as number one.
  const pid = Number(readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8'));
  assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /^NSpid:\t\d+\t1$/m);
  process.kill(pid, 'SIGTERM');
  const deadline = sleep(20_000, 'still there', { ref: false });
  assert.deepEqual(await Promise.race([service.ended, deadline]), { code: 0, signal: null });
});
