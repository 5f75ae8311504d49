import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capturedWebhook, type SampleAlert, webhookOf } from '../testing/webhook.ts';
import { alertmanagerWebhook, deliveriesOf } from './webhook.ts';

const parse = (body: unknown) => deliveriesOf(alertmanagerWebhook.parse(body));
const keysOf = (...alerts: SampleAlert[]) => parse(webhookOf(...alerts)).map(({ key }) => key);

test('what Alertmanager really sends is understood, fields that we do not know included', () => {
  const [delivery, ...others] = parse(JSON.parse(capturedWebhook));
  assert.deepEqual(others, []);
  assert.deepEqual(delivery?.group, { namespace: '', service: 'app', alert: 'HighErrorRate' });
  const [alert] = delivery?.alerts ?? [];
  assert.equal(alert?.startsAt, '2026-11-24T00:24:51.832Z');
  assert.ok(alert && !('endsAt' in alert), 'the year 1 is not an end');
});

test("times of any offset and precision are read as Go's RFC 3339 writes them", () => {
  const [delivery] = parse(webhookOf({ startsAt: '2026-11-24T13:00:00.123456789+01:00' }));
  assert.equal(delivery?.alerts[0]?.startsAt, '2026-11-24T12:00:00.123Z');
});

test('the order of alerts and the observed value do not make a delivery new', () => {
  const [one, two] = [{ labels: { pod: 'a' } }, { labels: { pod: 'b' } }];
  assert.deepEqual(keysOf(one, two), keysOf({ ...two, annotations: { summary: 'worse' } }, one));
});

test('another alert, another start and an end do', () => {
  const deliveries = [
    keysOf({}),
    keysOf({}, { labels: { pod: 'b' } }),
    keysOf({ startsAt: '2026-11-24T13:00:00Z' }),
    keysOf({ endsAt: '2026-11-24T12:05:00Z' }),
  ].flat();
  assert.equal(new Set(deliveries).size, 4);
});

test("a webhook that mixes groups, as another's routing may, is sorted", () => {
  const groups = parse(
    webhookOf({ service: 'orders' }, { service: 'payments' }, { service: 'orders', labels: { pod: 'b' } }),
  );
  assert.deepEqual(
    groups.map(({ group, alerts }) => [group.service, alerts.length]),
    [
      ['orders', 2],
      ['payments', 1],
    ],
  );
});
