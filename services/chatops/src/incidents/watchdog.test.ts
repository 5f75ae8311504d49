import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missedHeartbeats, missingReport } from './watchdog.ts';

const start = Date.parse('2026-11-24T12:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000);
const listening = { listeningSince: at(0), intervalMs: 60_000 };

test('heartbeats are missed from the last one heard on', () => {
  const heartbeat = { ...listening, lastHeardAt: at(600) };
  assert.deepEqual(
    [600, 659, 660, 779, 780].map((seconds) => missedHeartbeats(heartbeat, at(seconds))),
    [0, 0, 1, 2, 3],
  );
});

test('the third that is missing rings, not the second', () => {
  const heartbeat = { ...listening, lastHeardAt: at(600) };
  assert.equal(missingReport(heartbeat, at(779)), undefined);
  const rung = missingReport(heartbeat, at(780));
  assert.equal(rung?.group.alert, 'WatchdogMissing');
  assert.deepEqual(rung?.alerts[0]?.annotations, {
    summary: 'Alerts may not reach this room',
    description:
      '3 heartbeats from Prometheus by way of Alertmanager are missing: the last one came at 12:10:00 UTC, ' +
      'one is due every 60 s; the limit is 3.',
    runbook_url: '/runbooks/Watchdog',
    dashboard_url: '/dashboards/tocsin-alerts',
  });
});

test('before the first, counting begins three minutes after the start', () => {
  assert.equal(missingReport(listening, at(359)), undefined);
  const { description = '' } = missingReport(listening, at(360))?.alerts[0]?.annotations ?? {};
  assert.match(description, /none has come since the room started at 12:00:00 UTC/);
});
