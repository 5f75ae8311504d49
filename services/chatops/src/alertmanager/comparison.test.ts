import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Incident, report } from '../incidents/incident.ts';
import { webhookOf } from '../testing/webhook.ts';
import { compare, type KnownAlert } from './comparison.ts';
import { alertmanagerWebhook, deliveriesOf } from './webhook.ts';

const receivedAt = '2026-11-24T12:00:15.000Z';
const now = new Date('2026-11-24T12:10:00.000Z');
const upForLong = new Date('2026-11-24T08:00:00.000Z');
const nobody: ReadonlySet<string> = new Set();

function open(): Incident {
  const [delivery] = deliveriesOf(alertmanagerWebhook.parse(webhookOf({ fingerprint: 'f1' })));
  assert.ok(delivery);
  const opened = report(undefined, { ...delivery, from: 'Alertmanager', receivedAt }, () => ({
    id: 'one',
    timesToday: 1,
    impactOf: () => undefined,
  }));
  assert.ok(opened);
  return opened;
}

const known = (fingerprint: string, more: Partial<KnownAlert> = {}): KnownAlert => ({
  fingerprint,
  labels: {},
  silencedBy: [],
  inhibitedBy: [],
  mutedBy: [],
  ...more,
});
const against = (alerts: readonly KnownAlert[], before = nobody, incident = open(), startedAt = upForLong) =>
  compare([incident], { startedAt, alerts }, before, now);

test('an incident that Alertmanager knows stays as it is', () => {
  assert.deepEqual(against([known('f1')]), { changed: [], unknown: nobody });
});

test('one that is gone is closed in the second round, not in the first', () => {
  const once = against([known('other')]);
  assert.deepEqual([once.changed, [...once.unknown]], [[], ['one']]);
  const twice = against([], once.unknown);
  assert.equal(twice.changed[0]?.resolvedBy, 'no longer known to Alertmanager');
  assert.equal(twice.changed[0]?.resolvedAt, now.toISOString());
});

test('one that came back between two rounds begins to count anew', () => {
  const { unknown } = against([known('f1')], new Set(['one']));
  assert.deepEqual([...unknown], []);
});

test('one that is suppressed says by what, until it is not', () => {
  const suppressedBy = (...alerts: KnownAlert[]) => against(alerts).changed[0]?.suppressedBy;
  assert.equal(suppressedBy(known('f1', { silencedBy: ['5b1c'] })), 'silence 5b1c');
  assert.equal(suppressedBy(known('f1', { mutedBy: ['nights'] })), 'time interval nights');
  assert.equal(
    suppressedBy(
      known('f1', { inhibitedBy: ['f2'] }),
      known('f2', { labels: { alertname: 'ServiceDown', service: 'orders' } }),
    ),
    'alert ServiceDown on orders',
  );
  const [quiet] = against([known('f1', { silencedBy: ['5b1c'] })]).changed;
  assert.ok(quiet);
  assert.equal(against([known('f1')], nobody, quiet).changed[0]?.suppressedBy, undefined);
});

test('what an Alertmanager does not know yet because it was restarted is not gone', () => {
  const restartedAt = new Date(now.getTime() - 100_000);
  assert.deepEqual(against([], new Set(['one']), open(), restartedAt), { changed: [], unknown: nobody });
  const longAgo = new Date(now.getTime() - 121_000);
  assert.equal(against([], new Set(['one']), open(), longAgo).changed.length, 1);
});

test('what the room raised itself is none of its business', () => {
  assert.deepEqual(against([], new Set(['one']), { ...open(), raisedBy: 'room' }).changed, []);
});
