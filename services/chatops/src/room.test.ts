import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { retention } from './retention.ts';
import { testRoom } from './testing/room.ts';
import { webhookOf } from './testing/webhook.ts';

const minuteMs = 60_000;
const endsAt = '2026-11-24T12:02:11.000Z';

test('a retry and a duplicate change nothing, also after the all-clear', async (t) => {
  const { receive, all, posted, metric } = testRoom(cleanup(t));
  receive(webhookOf({}));
  receive(webhookOf({}));
  receive(webhookOf({ endsAt }));
  receive(webhookOf({ endsAt }));
  receive(webhookOf({}));
  assert.deepEqual(
    all().map(({ status, version }) => [status, version]),
    [['resolved', 2]],
  );
  assert.equal(posted.length, 2);
  assert.equal(await metric('chatops_webhooks_total', { outcome: 'accepted' }), 2);
  assert.equal(await metric('chatops_webhooks_total', { outcome: 'duplicate' }), 3);
});

test('a duplicate is known for one after a restart of the room too', (t) => {
  const clean = cleanup(t);
  const before = testRoom(clean);
  before.receive(webhookOf({}));
  const after = testRoom(clean, { file: before.file, clock: before.clock });
  after.receive(webhookOf({}));
  assert.equal(after.posted.length, 0);
  assert.equal(after.all().length, 1);
});

test('the same alert that comes back after Prometheus was away rings again', (t) => {
  const { receive, all, clock } = testRoom(cleanup(t));
  receive(webhookOf({}));
  clock.advance(4.5 * minuteMs);
  receive(webhookOf({ endsAt }));
  clock.advance(minuteMs);
  receive(webhookOf({}));
  assert.deepEqual(
    all().map(({ status, timesToday }) => [status, timesToday]),
    [
      ['firing', 2],
      ['resolved', 1],
    ],
  );
});

test('what was closed as unknown rings again when Alertmanager tells of it again', (t) => {
  const { receive, all, room, incidents, clock } = testRoom(cleanup(t));
  receive(webhookOf({}));
  const [open] = incidents.open();
  assert.ok(open);
  room.edit([{ ...open, status: 'resolved', resolvedBy: 'no longer known to Alertmanager' }]);
  clock.advance(1000);
  receive(webhookOf({}));
  assert.deepEqual(
    all().map(({ status }) => status),
    ['firing', 'resolved'],
  );
});

test('how often it came back is counted over a day, by service', (t) => {
  const { receive, all, clock } = testRoom(cleanup(t));
  for (const hour of [0, 1, 2, 26]) {
    const startsAt = new Date(Date.parse('2026-11-24T12:00:00Z') + hour * 60 * minuteMs).toISOString();
    receive(webhookOf({ startsAt }));
    receive(webhookOf({ service: 'payments', startsAt }));
    receive(webhookOf({ startsAt, endsAt: startsAt }));
    clock.advance(60 * minuteMs * (hour === 2 ? 24 : 1));
  }
  const times = all().flatMap(({ service, timesToday }) => (service === 'orders' ? [timesToday] : []));
  assert.deepEqual(times, [2, 3, 2, 1]);
});

test('incidents are found by status and service, newest first, and counted by severity', async (t) => {
  const { receive, incidents, clock, metric } = testRoom(cleanup(t));
  receive(webhookOf({}));
  clock.advance(1000);
  receive(webhookOf({ service: 'payments', severity: 'warning' }));
  clock.advance(1000);
  receive(webhookOf({ alert: 'HighLatencyP99' }));
  receive(webhookOf({ alert: 'HighLatencyP99', endsAt }));
  const found = (filter: Parameters<typeof incidents.list>[0]) =>
    incidents.list(filter).map(({ alert, service }) => `${alert} ${service}`);
  assert.deepEqual(found({ limit: 10 }), [
    'HighLatencyP99 orders',
    'HighErrorRate payments',
    'HighErrorRate orders',
  ]);
  assert.deepEqual(found({ limit: 1, status: 'firing' }), ['HighErrorRate payments']);
  assert.deepEqual(found({ limit: 10, service: 'orders', status: 'resolved' }), ['HighLatencyP99 orders']);
  for (const [severity, count] of Object.entries({ critical: 1, warning: 1, info: 0, none: 0 })) {
    assert.equal(await metric('chatops_incidents_open', { severity }), count);
  }
});

test('resolved incidents leave after thirty days, open ones never', async (t) => {
  const { receive, incidents, clock, all } = testRoom(cleanup(t));
  receive(webhookOf({}));
  receive(webhookOf({ service: 'payments' }));
  receive(webhookOf({ service: 'payments', endsAt }));
  const { run } = retention({ clock, incidents }, 30);
  clock.advance(30 * 24 * 60 * minuteMs);
  await run(new AbortController().signal);
  assert.equal(all().length, 2);
  clock.advance(1);
  await run(new AbortController().signal);
  assert.deepEqual(
    all().map(({ service }) => service),
    ['orders'],
  );
});
