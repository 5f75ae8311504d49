import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { testClock, testRoom } from './testing/room.ts';
import { webhookOf } from './testing/webhook.ts';

const minuteMs = 60_000;
const watchdog = () => webhookOf({ alert: 'Watchdog', service: '', severity: 'none' });

test('the same Watchdog each minute is a heartbeat, never an incident nor a duplicate', async (t) => {
  const { receive, heartbeat, clock, all, metric } = testRoom(cleanup(t));
  for (let minute = 0; minute < 10; minute += 1) {
    receive(watchdog());
    heartbeat.check();
    clock.advance(minuteMs);
  }
  assert.deepEqual(all(), []);
  assert.equal(await metric('chatops_webhooks_total', { outcome: 'heartbeat' }), 10);
  const lastHeard = (clock.now().getTime() - minuteMs) / 1000;
  assert.equal(await metric('chatops_watchdog_last_heard_timestamp_seconds'), lastHeard);
});

test('three that are missing raise one critical incident, the next heartbeat resolves it', (t) => {
  const { receive, heartbeat, clock, all } = testRoom(cleanup(t));
  receive(watchdog());
  clock.advance(3 * minuteMs - 1);
  heartbeat.check();
  assert.deepEqual(all(), []);
  clock.advance(1);
  heartbeat.check();
  clock.advance(minuteMs);
  heartbeat.check();
  const [open, ...others] = all();
  assert.deepEqual(
    [open?.alert, open?.status, open?.severity, others.length],
    ['WatchdogMissing', 'firing', 'critical', 0],
  );
  assert.equal(heartbeat.state().works, false);

  receive(watchdog());
  const [over] = all();
  assert.deepEqual(
    [over?.status, over?.resolvedBy, over?.resolvedAt],
    ['resolved', 'heartbeat', clock.now().toISOString()],
  );
  assert.equal(heartbeat.state().works, true);
});

test('a room that never heard one rings three heartbeats after the first three minutes', (t) => {
  const { heartbeat, clock, all } = testRoom(cleanup(t));
  clock.advance(6 * minuteMs - 1);
  heartbeat.check();
  assert.deepEqual(all(), []);
  clock.advance(1);
  heartbeat.check();
  assert.equal(all()[0]?.alert, 'WatchdogMissing');
});

test('a room that was away itself does not blame the alarm path, and remembers when it heard it', (t) => {
  const clean = cleanup(t);
  const clock = testClock();
  const before = testRoom(clean, { clock });
  before.receive(watchdog());
  const heardAt = clock.now();
  clock.advance(60 * minuteMs);
  const after = testRoom(clean, { clock, file: before.file });
  after.heartbeat.check();
  assert.deepEqual(after.all(), []);
  assert.deepEqual(after.heartbeat.state(), { lastHeardAt: heardAt, missed: 0, works: false });
});

test('the end of a Watchdog is not a heartbeat', (t) => {
  const { receive, heartbeat } = testRoom(cleanup(t));
  receive(webhookOf({ alert: 'Watchdog', service: '', endsAt: '2026-11-24T12:02:11.000Z' }));
  assert.equal(heartbeat.state().lastHeardAt, undefined);
});
