import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeUnknown, type Incident } from './incident.ts';
import { formatDuration, messageOf } from './message.ts';

const incident: Incident = {
  id: '1',
  version: 1,
  namespace: 'tocsin',
  service: 'orders',
  alert: 'HighErrorRate',
  status: 'firing',
  severity: 'critical',
  raisedBy: 'Alertmanager',
  summary: 'orders fails 40% of its requests',
  description: 'Over the last minute 40% failed; the limit is 5%.',
  impact: 'Whoever calls the service is turned away',
  runbookUrl: '/runbooks/HighErrorRate',
  dashboardUrl: 'https://grafana.example/d/http',
  startedAt: '2026-11-24T12:00:00.000Z',
  receivedAt: '2026-11-24T12:00:15.000Z',
  postedAt: '2026-11-24T12:00:15.000Z',
  timesToday: 3,
  suppressedBy: 'silence 1',
  alerts: [
    {
      fingerprint: 'a',
      status: 'firing',
      labels: { alertname: 'HighErrorRate', namespace: 'tocsin', service: 'orders', pod: 'orders-1' },
      annotations: {},
      startsAt: '2026-11-24T12:00:00.000Z',
      expression: 'failures > 0.05',
    },
  ],
};

test('a message says all that somebody woken by it needs', () => {
  const { headline, body } = messageOf(incident, (path) => new URL(path, 'http://room.example').href);
  assert.equal(headline, 'CRITICAL HighErrorRate in tocsin/orders');
  assert.equal(
    body,
    `orders fails 40% of its requests
Over the last minute 40% failed; the limit is 5%.
Felt: Whoever calls the service is turned away
Since 2026-11-24 12:00:00 UTC, 3rd time in a day
Suppressed by silence 1
pod=orders-1
Runbook: http://room.example/runbooks/HighErrorRate
Dashboard: https://grafana.example/d/http
Chart: http://room.example/incidents/1/chart.svg`,
  );
});

test('the all-clear says how long it took, and when nobody gave it', () => {
  const { headline, body } = messageOf(closeUnknown(incident, '2026-11-24T12:02:11.000Z'), (path) => path);
  assert.equal(headline, 'RESOLVED (critical) HighErrorRate in tocsin/orders');
  assert.match(body, /^From 2026-11-24 12:00:00 UTC for 2 min 11 s: no longer known to Alertmanager, 3rd/m);
});

test('durations show their two largest units', () => {
  const shown = [-5, 400, 8000, 60_000, 131_000, 11_100_000, 187_200_000, 86_405_000].map(formatDuration);
  assert.deepEqual(shown, ['0 s', '0 s', '8 s', '1 min', '2 min 11 s', '3 h 5 min', '2 d 4 h', '1 d']);
});
