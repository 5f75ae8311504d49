import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup, testDeps } from '@tocsin/kit/testing/backing';
import { startFake } from '../testing/fake.ts';
import { testRoom } from '../testing/room.ts';
import { webhookOf } from '../testing/webhook.ts';
import { createAlertmanagerClient } from './client.ts';
import { alertmanagerWatching } from './watching.ts';

/** As Alertmanager 0.34 answers; the test sets what it knows. */
async function watchedRoom(clean: AsyncDisposableStack) {
  const fake = { status: 200, alerts: [] as unknown[] };
  const alertmanager = await startFake(clean, (response, { url }) => {
    const body = url === '/api/v2/status' ? { uptime: '2026-11-24T08:00:00.000Z' } : fake.alerts;
    response.writeHead(fake.status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const room = testRoom(clean);
  const client = createAlertmanagerClient(testDeps(), alertmanager.url);
  const { run } = alertmanagerWatching({ ...room, alertmanager: client });
  return { ...room, fake, asked: alertmanager.received, round: () => run(new AbortController().signal) };
}

const knownAlert = (silencedBy: string[] = []) => ({
  fingerprint: 'f1',
  labels: { alertname: 'HighErrorRate', service: 'orders' },
  status: { state: silencedBy.length ? 'suppressed' : 'active', silencedBy, inhibitedBy: [], mutedBy: [] },
});

test('an incident that Alertmanager forgot is closed in the second round and says so', async (t) => {
  const { receive, round, all } = await watchedRoom(cleanup(t));
  receive(webhookOf({ fingerprint: 'f1' }));
  await round();
  assert.equal(all()[0]?.status, 'firing');
  await round();
  assert.deepEqual([all()[0]?.status, all()[0]?.resolvedBy], ['resolved', 'no longer known to Alertmanager']);
});

test('an Alertmanager that cannot be reached closes nothing, and its silence is no round', async (t) => {
  const { receive, round, all, fake } = await watchedRoom(cleanup(t));
  receive(webhookOf({ fingerprint: 'f1' }));
  await round();
  fake.status = 503;
  await assert.rejects(round(), { code: 'alertmanager_unavailable' });
  fake.status = 200;
  fake.alerts = [knownAlert()];
  await round();
  fake.alerts = [];
  await round();
  assert.equal(all()[0]?.status, 'firing');
});

test('an incident shows the silence that keeps it quiet, and each change once', async (t) => {
  const { receive, round, all, fake, posted } = await watchedRoom(cleanup(t));
  receive(webhookOf({ fingerprint: 'f1' }));
  fake.alerts = [knownAlert(['5b1c'])];
  await round();
  await round();
  assert.equal(all()[0]?.suppressedBy, 'silence 5b1c');
  assert.equal(posted.length, 2);
});

test('while nothing is open nobody is asked', async (t) => {
  const { round, asked } = await watchedRoom(cleanup(t));
  await round();
  assert.equal(asked.length, 0);
});
