import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { findProgram, renderAlertmanagerConfig } from '@tocsin/ops';
import getPort from 'get-port';

type Labels = Readonly<Record<string, string>>;

const run = promisify(execFile);
const critical = (alertname: string, service: string): Labels => ({
  alertname,
  severity: 'critical',
  namespace: 'tocsin',
  ...(service && { service }),
});
const warning = { alertname: 'SomethingOdd', severity: 'warning', namespace: 'tocsin', service: 'orders' };
const unknownSeverity = { alertname: 'NoSeverity', namespace: 'tocsin', service: 'orders' };
const watchdog = { alertname: 'Watchdog', severity: 'none' };
const info = { alertname: 'SomethingToKnow', severity: 'info', namespace: 'tocsin', service: 'orders' };
const otherNone = { alertname: 'AnotherHeartbeat', severity: 'none' };

const receivers: readonly (readonly [Labels, string])[] = [
  [critical('HighErrorRate', 'customers'), 'chatops-critical'],
  [critical('HighLatencyP99', 'orders'), 'chatops-critical'],
  [critical('ServiceDown', 'payments'), 'chatops-critical'],
  [warning, 'chatops-warning'],
  [unknownSeverity, 'chatops-warning'],
  [watchdog, 'dead-mans-switch'],
  [info, 'null'],
  [otherNone, 'null'],
];

test('the configuration is valid, and leads each alert to its receiver', async (context) => {
  const file = path.join(await temporaryFolder(context), 'alertmanager.yml');
  await writeFile(file, renderAlertmanagerConfig({ chatopsUrl: 'http://127.0.0.1:8108/' }));
  const amtool = await findProgram('amtool');
  await run(amtool, ['check-config', file]);
  for (const [labels, receiver] of receivers) {
    const matchers = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    await run(amtool, [
      ...['config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${receiver}`],
      ...matchers,
    ]);
  }
});

test('each alert alone is heard by its receiver, and by the room at the address that was filled in', async (context) => {
  const alertmanager = await startAlertmanager(context);
  await alertmanager.fire(receivers.map(([labels]) => labels));
  const audible = receivers.filter(([, receiver]) => receiver !== 'null');
  const heard = await until(
    'all but the silent ones are heard',
    () => alertmanager.heard().length >= audible.length && alertmanager.heard(),
  );
  const byName = (a: readonly string[], b: readonly string[]) => String(a[0]).localeCompare(String(b[0]));
  assert.deepEqual(
    heard.map(({ receiver, labels }) => [labels.alertname ?? '', receiver]).sort(byName),
    audible.map(([{ alertname = '' }, receiver]) => [alertname, receiver]).sort(byName),
  );
  for (const [labels, receiver] of receivers) {
    const known = await alertmanager.known(labels);
    assert.deepEqual(known?.receivers, [{ name: receiver }]);
  }
});

test('ServiceDown hides the symptoms of its service, until it is over', async (context) => {
  const alertmanager = await startAlertmanager(context);
  const cause = critical('ServiceDown', 'customers');
  const symptoms = [critical('HighErrorRate', 'customers'), critical('HighLatencyP99', 'customers')];
  const bystander = critical('HighErrorRate', 'orders');
  const elsewhere = { ...critical('HighErrorRate', 'customers'), namespace: 'elsewhere' };
  // Labels that are missing on both sides count as equal.
  const causeOfNobody = critical('ServiceDown', '');
  const symptomOfNobody = critical('HighErrorRate', '');
  const isHeard = (labels: Labels) =>
    alertmanager.heard().some((alert) => Object.entries(labels).every(([k, v]) => alert.labels[k] === v));

  await alertmanager.fire([cause, causeOfNobody]);
  await until('the causes are heard', () => alertmanager.heard().length === 2);
  await alertmanager.fire([...symptoms, bystander, elsewhere, symptomOfNobody]);
  await until('the others are heard', () => alertmanager.heard().length === 5);

  const inhibitor = (await alertmanager.known(cause))?.fingerprint;
  assert.ok(inhibitor);
  for (const symptom of symptoms) {
    const { status } = await until('the symptom is processed', async () => {
      const known = await alertmanager.known(symptom);
      return known?.status.state !== 'unprocessed' && known;
    });
    assert.deepEqual([status.state, status.inhibitedBy], ['suppressed', [inhibitor]]);
    assert.equal(isHeard(symptom), false);
  }

  await alertmanager.resolve(cause);
  await until('the symptoms are heard after it', () => symptoms.every(isHeard));
});

interface KnownAlert {
  readonly labels: Labels;
  readonly fingerprint: string;
  readonly receivers: readonly { name: string }[];
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** The real Alertmanager with our configuration, which waits for nothing, and a room that only listens. */
async function startAlertmanager(context: TestContext) {
  const clean = cleanup(context);
  const folder = await temporaryFolder(context);
  const room = await startRoom(clean);
  const config = path.join(folder, 'alertmanager.yml');
  const impatient = renderAlertmanagerConfig({ chatopsUrl: room.url })
    .replaceAll(/group_wait: \w+/g, 'group_wait: 0s')
    .replaceAll(/group_interval: \w+/g, 'group_interval: 1s');
  await writeFile(config, impatient);
  const url = `http://127.0.0.1:${await getPort()}`;
  const child = spawn(
    await findProgram('alertmanager'),
    [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  clean.defer(async () => {
    child.kill();
    await ended;
  });
  await until(
    'Alertmanager is ready',
    async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok,
  );

  const post = async (alerts: readonly object[]) => {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    assert.equal(response.status, 200, await response.text());
  };
  return {
    heard: room.heard,
    fire: (alerts: readonly Labels[]) => post(alerts.map((labels) => ({ labels }))),
    resolve: (labels: Labels) => post([{ labels, endsAt: new Date().toISOString() }]),
    async known(labels: Labels): Promise<KnownAlert | undefined> {
      const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as KnownAlert[];
      const key = (of: Labels) => JSON.stringify(Object.entries(of).sort());
      return alerts.find((alert) => key(alert.labels) === key(labels));
    },
  };
}

/** Keeps what it is told of first; what Alertmanager repeats is not news. */
async function startRoom(clean: AsyncDisposableStack) {
  const heard = new Map<string, { receiver: string; labels: Labels }>();
  const server = createServer(async (request, response) => {
    if (request.method === 'POST' && request.url === '/webhooks/alertmanager') {
      const { receiver, alerts } = JSON.parse((await request.toArray()).join('')) as {
        receiver: string;
        alerts: { labels: Labels; status: string }[];
      };
      for (const { labels, status } of alerts) {
        if (status === 'firing')
          heard.set(JSON.stringify(Object.entries(labels).sort()), { receiver, labels });
      }
    }
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, heard: () => [...heard.values()] };
}

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-alertmanager-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
