import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { startParts } from '@tocsin/ops';

const root = path.join(import.meta.dirname, '..');

test('an alarm of the real Prometheus brings its expression, and the room draws it', async (t) => {
  const clean = cleanup(t);
  const { ports, stop } = await startParts({
    root,
    parts: ['chatops', 'alertmanager', 'prometheus', 'pager'],
  });
  clean.defer(stop);
  const at = (port: number, target: string) => fetch(`http://127.0.0.1:${port}${target}`);

  const alert = await until(
    'Alertmanager knows the Watchdog',
    async () => {
      const alerts = (await (await at(ports.alertmanager.http, '/api/v2/alerts')).json()) as Told[];
      return alerts.find(({ labels }) => labels.alertname === 'Watchdog');
    },
    120_000,
  );
  assert.equal(new URL(alert.generatorURL).searchParams.get('g0.expr'), 'vector(1)');

  // The Watchdog is no incident; one that is has the same link, to an expression with a guard.
  const labels = { alertname: 'Seen', severity: 'warning', namespace: 'tocsin', service: 'prometheus' };
  const generatorURL = alert.generatorURL.replace(
    'vector%281%29',
    encodeURIComponent('up{job="prometheus"} > 0.5 and on () vector(1)'),
  );
  const firing = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString() };
  await fetch(`http://127.0.0.1:${ports.chatops.http}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ version: '4', groupKey: 'seen', status: 'firing' },
      alerts: [{ ...firing, endsAt: '0001-01-01T00:00:00Z', fingerprint: 'seen', generatorURL }],
    }),
  });
  const list = await (await at(ports.chatops.http, '/api/incidents')).json();
  const [incident] = (list as { incidents: { chartUrl: string }[] }).incidents;
  await until(
    'the series and its limit are drawn',
    async () => {
      const svg = await (await at(ports.chatops.http, incident?.chartUrl ?? '')).text();
      return svg.includes('class="series"') && svg.includes('class="limit"');
    },
    60_000,
  );
});

interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly generatorURL: string;
}
