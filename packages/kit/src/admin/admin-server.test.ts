import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanup, until } from '../testing/backing.ts';
import { startServiceProcess } from '../testing/service-process.ts';

const fixture = new URL('../testing/fixture-service.ts', import.meta.url);
const probes = ['/livez', '/readyz', '/startupz'];

async function start(t: TestContext, environment: Record<string, string> = {}) {
  const clean = cleanup(t);
  const service = await startServiceProcess(clean, fixture, environment);
  const admin = (path: string, init?: RequestInit) => fetch(`${service.adminUrl}${path}`, init);
  const setFaults = (body: string) =>
    admin('/faults', { method: 'PUT', body, headers: { 'content-type': 'application/json' } });
  return { ...service, admin, setFaults };
}

test('probes answer to GET and HEAD, and to any query string', async (t) => {
  const { admin } = await start(t);
  for (const probe of probes) {
    for (const path of [probe, `${probe}?verbose`, `${probe}?x=1&y=/readyz`]) {
      const response = await admin(path);
      assert.equal(response.status, 200, path);
      assert.deepEqual(await response.json(), { status: 'ok' });
      const head = await admin(path, { method: 'HEAD' });
      assert.equal(head.status, 200, path);
      assert.equal(await head.text(), '');
    }
  }
  assert.equal((await admin('/livezz')).status, 404);
  assert.equal((await admin('/?path=/livez')).status, 404);
});

test('a probe that fails says why, and nothing of it shows in another answer', async (t) => {
  const { admin, setFaults } = await start(t);
  assert.equal((await setFaults('{"faults":[{"kind":"not-ready"}]}')).status, 200);
  for (let round = 0; round < 2; round += 1) {
    const readyz = await admin('/readyz?x=1');
    assert.equal(readyz.status, 503);
    assert.partialDeepStrictEqual(await readyz.json(), {
      status: 'error',
      error: { faults: 'refused by a fault' },
    });
    assert.equal((await admin('/readyz', { method: 'HEAD' })).status, 503);
    for (const other of ['/livez', '/startupz']) {
      assert.deepEqual(await (await admin(other)).json(), { status: 'ok' });
    }
  }
  assert.equal((await admin('/faults', { method: 'DELETE' })).status, 204);
  assert.deepEqual(await (await admin('/readyz')).json(), { status: 'ok' });
});

test('the state of the probes is a metric, beside build, runtime and shutdown', async (t) => {
  const { admin, setFaults } = await start(t, { RELEASE: '1.2.3' });
  const metrics = async () => (await admin('/metrics')).text();
  for (const line of [
    'kit_health_check_status{probe="livez"} 1',
    'kit_health_check_status{probe="readyz"} 1',
    'kit_health_check_status{probe="startupz"} 1',
    'kit_shutdown_phase 0',
    `tocsin_build_info{app="fixture",release="1.2.3",node_version="${process.version}"} 1`,
  ]) {
    assert.ok((await metrics()).includes(`${line}\n`), line);
  }
  for (const name of ['nodejs_eventloop_utilization_ratio', 'process_start_time_seconds']) {
    assert.match(await metrics(), new RegExp(`^${name} [\\d.e+-]+$`, 'm'));
  }
  await setFaults('{"faults":[{"kind":"not-ready"}]}');
  assert.match(await metrics(), /kit_health_check_status\{probe="readyz"\} 0/);
});

test('faults of the API break neither probes nor metrics', async (t) => {
  const { url, admin, setFaults } = await start(t);
  await setFaults(
    '{"faults":[{"kind":"http-error"},{"kind":"http-latency","milliseconds":50},{"kind":"handler-error"}]}',
  );
  assert.equal((await fetch(`${url}/things/1`)).status, 500);
  for (const path of [...probes, '/metrics', '/faults']) assert.equal((await admin(path)).status, 200, path);
});

test('there are no faults unless they are enabled', async (t) => {
  const { admin, setFaults } = await start(t, { FAULTS_ENABLED: 'false' });
  assert.equal((await admin('/faults')).status, 404);
  assert.equal((await setFaults('{"faults":[{"kind":"crash"}]}')).status, 404);
  assert.equal((await admin('/livez')).status, 200);
});

test('faults that make no sense are refused with the reason, and change nothing', async (t) => {
  const { admin, setFaults } = await start(t);
  await setFaults('{"faults":[{"kind":"http-error","route":"/things/:thingId","ratio":0.5}]}');
  const cases: [string, RegExp][] = [
    ['{"faults":[', /JSON/],
    ['{}', /faults/],
    ['{"faults":[{"kind":"earthquake"}]}', /kind/],
    ['{"faults":[{"kind":"http-error","ratio":2}]}', /ratio/],
    ['{"faults":[{"kind":"http-error","ttlSeconds":100000}]}', /ttlSeconds/],
    ['{"faults":[{"kind":"http-latency"}]}', /milliseconds/],
    ['{"faults":[{"kind":"block-event-loop","milliseconds":60001}]}', /milliseconds/],
    ['{"faults":[{"kind":"leak-memory","mebibytes":100000}]}', /mebibytes/],
    ['{"faults":[{"kind":"not-ready","colour":"red"}]}', /colour/],
  ];
  for (const [body, mention] of cases) {
    const response = await setFaults(body);
    assert.equal(response.status, 400, body);
    const { detail } = (await response.json()) as { detail: string };
    assert.match(detail, mention, body);
  }
  const { faults } = (await (await admin('/faults')).json()) as { faults: object[] };
  assert.partialDeepStrictEqual(faults, [{ kind: 'http-error', ratio: 0.5, ttlSeconds: 300 }]);
});

test('a blocked event loop answers no probe, and answers again by itself', async (t) => {
  const { admin, setFaults } = await start(t);
  assert.equal((await setFaults('{"faults":[{"kind":"block-event-loop","milliseconds":1500}]}')).status, 200);
  await until('a probe goes unanswered', async () => {
    const probe = admin('/livez', { signal: AbortSignal.timeout(500) });
    return probe.then(
      () => false,
      () => true,
    );
  });
  assert.equal((await admin('/livez')).status, 200);
});

test('a crash fault ends the process after its answer', async (t) => {
  const { ended, lines, setFaults } = await start(t);
  assert.equal((await setFaults('{"faults":[{"kind":"crash"}]}')).status, 200);
  assert.equal((await ended).code, 1);
  assert.equal(lines.at(-1)?.level, 'fatal');
});

test('leaked memory is there, and is given back with the fault', async (t) => {
  const { admin, setFaults } = await start(t);
  const resident = async () => {
    const text = await (await admin('/metrics')).text();
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]) / 1024 / 1024;
  };
  const before = await resident();
  await setFaults('{"faults":[{"kind":"leak-memory","mebibytes":100}]}');
  assert.ok((await resident()) > before + 90);
  await setFaults('{"faults":[]}');
  await until('it is given back', async () => (await resident()) < before + 50);
});

test('a pause of the event loop is in the metrics that were asked for meanwhile, not lost on a scraper that gave up', async (t) => {
  const { admin, setFaults } = await start(t);
  const longestPause = async () => {
    const text = await (await admin('/metrics')).text();
    return Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1]);
  };
  // A sample is taken every 0.1 s; the first after an answer begins the next delay.
  await longestPause();
  await sleep(500);
  await setFaults('{"faults":[{"kind":"block-event-loop","milliseconds":2000}]}');
  const isBlocked = () =>
    admin('/livez', { signal: AbortSignal.timeout(200) }).then(
      () => false,
      () => true,
    );
  await until('it is blocked', isBlocked);
  const impatient = admin('/metrics', { signal: AbortSignal.timeout(300) });
  await assert.rejects(impatient, { name: 'TimeoutError' });
  const pause = await longestPause();
  assert.ok(pause > 1.5, `${pause} s`);
});

test('a way down that hangs outside every step ends all the same, and as a failure', async () => {
  const kit = (file: string) => new URL(`../${file}`, import.meta.url).href;
  const program = `
    const { startAdminServer } = await import('${kit('admin/admin-server.ts')}');
    const { createHealth } = await import('${kit('admin/health.ts')}');
    const { noFaults } = await import('${kit('faults/faults.ts')}');
    const { createLog } = await import('${kit('log.ts')}');
    const { createMetrics } = await import('${kit('metrics.ts')}');
    const log = createLog({ service: 'test', release: 'test', level: 'info' });
    const metrics = createMetrics();
    const lastWords = {
      overran: async (steps) => {
        if (steps.length > 0) log.info({ steps }, 'last words');
      },
      crashed: async () => {},
    };
    await startAdminServer({ log, metrics, health: createHealth(metrics), faults: noFaults, lastWords }, {
      host: '127.0.0.1',
      port: 0,
      faultsEnabled: false,
      onDrain() {},
      steps: () => [],
      close: () => new Promise(() => setInterval(() => {}, 1000)),
    });
    process.kill(process.pid, 'SIGTERM');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  const exited = once(child, 'exit');
  const lines = (await text(child.stdout)).trim().split('\n');
  assert.deepEqual(await exited, [1, null]);
  const said = lines.slice(-2).map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.partialDeepStrictEqual(said, [
    { level: 'fatal', message: 'shutdown overran its budget', budgetMs: 6000 },
    { message: 'last words', steps: ['all'] },
  ]);
});
