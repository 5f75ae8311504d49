import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertmanagerWebhook, deliveriesOf } from '../alertmanager/webhook.ts';
import { type SampleAlert, webhookOf } from '../testing/webhook.ts';
import { closeUnknown, type Incident, noteSuppression, type Report, report } from './incident.ts';

const opening = () => ({ id: 'new', timesToday: 1, impactOf: () => undefined });

function news(receivedAt: string, ...alerts: SampleAlert[]): Report {
  const [delivery] = deliveriesOf(alertmanagerWebhook.parse(webhookOf(...alerts)));
  assert.ok(delivery);
  const { group, alerts: told } = delivery;
  return { group, alerts: told, from: 'Alertmanager', receivedAt };
}

function after(...reports: Report[]): Incident {
  let incident: Incident | undefined;
  for (const next of reports) incident = report(incident, next, opening) ?? incident;
  assert.ok(incident);
  return incident;
}

const first = news('2026-11-24T12:00:15.000Z', {});
const at = (minute: string) => `2026-11-24T12:${minute}.000Z`;

test('what fires becomes one incident, which says since when, where and how bad', () => {
  const incident = after(first);
  assert.deepEqual(
    { ...incident, alerts: incident.alerts.length },
    {
      id: 'new',
      version: 1,
      namespace: 'tocsin',
      service: 'orders',
      alert: 'HighErrorRate',
      status: 'firing',
      severity: 'critical',
      raisedBy: 'Alertmanager',
      summary: 'orders fails 40% of its requests',
      description: 'Over the last minute 40% failed; the limit is 5%.',
      runbookUrl: '/runbooks/HighErrorRate',
      dashboardUrl: '/?service=orders',
      startedAt: '2026-11-24T12:00:00.000Z',
      receivedAt: '2026-11-24T12:00:15.000Z',
      postedAt: '2026-11-24T12:00:15.000Z',
      timesToday: 1,
      alerts: 1,
    },
  );
});

test('the same news again changes nothing, new values edit the message', () => {
  assert.equal(report(after(first), news(at('01:00'), {}), opening), undefined);
  const worse = after(first, news(at('01:00'), { annotations: { summary: 'orders fails 90%' } }));
  assert.equal(worse.summary, 'orders fails 90%');
  assert.equal(worse.version, 2);
  assert.equal(worse.id, 'new');
});

test('an all-clear ends it when the alert ended, and keeps the words of the alarm', () => {
  const over = after(
    first,
    news(at('02:20'), { endsAt: at('02:11'), annotations: { summary: 'orders fails 6%' } }),
  );
  assert.equal(over.status, 'resolved');
  assert.equal(over.resolvedAt, at('02:11'));
  assert.equal(over.resolvedBy, 'Alertmanager');
  assert.equal(over.summary, 'orders fails 40% of its requests');
});

test('what fires after the all-clear is a new incident', () => {
  const over = after(first, news(at('02:20'), { endsAt: at('02:11') }));
  const again = report(over, news(at('09:15'), { startsAt: at('09:00') }), () => ({
    id: 'newer',
    timesToday: 2,
    impactOf: () => undefined,
  }));
  assert.deepEqual(
    [again?.id, again?.status, again?.startedAt, again?.timesToday],
    ['newer', 'firing', at('09:00'), 2],
  );
});

test('an all-clear for what the room never saw is nothing', () => {
  assert.equal(report(undefined, news(at('02:20'), { endsAt: at('02:11') }), opening), undefined);
});

test('alerts of one group share an incident, open until the last of them ends, as bad as the worst', () => {
  const [one, two] = [
    { severity: 'warning', labels: { pod: 'a' } },
    { severity: 'critical', labels: { pod: 'b' }, annotations: { summary: 'pod b is worse' } },
  ];
  const both = after(news(at('00:15'), one), news(at('00:30'), one, two));
  assert.deepEqual([both.severity, both.summary, both.alerts.length], ['critical', 'pod b is worse', 2]);
  const halfOver = after(
    news(at('00:30'), one, two),
    news(at('01:00'), one, { ...two, endsAt: at('00:50') }),
  );
  assert.deepEqual([halfOver.status, halfOver.severity], ['firing', 'warning']);
  const over = report(halfOver, news(at('02:00'), { ...one, endsAt: at('01:50') }), opening);
  assert.deepEqual([over?.status, over?.resolvedAt], ['resolved', at('01:50')]);
});

test('a silenced alert is missing in the webhook, which does not end it', () => {
  const [one, two] = [{ labels: { pod: 'a' } }, { labels: { pod: 'b' } }];
  const open = after(news(at('00:30'), one, two), news(at('01:00'), { ...one, endsAt: at('00:50') }));
  assert.equal(open.status, 'firing');
});

test('an incident closed as unknown is corrected by a late all-clear of the same alert, and by no other', () => {
  const closed = closeUnknown(after(first), at('05:00'));
  assert.deepEqual(
    [closed.status, closed.resolvedAt, closed.resolvedBy, closed.alerts[0]?.status],
    ['resolved', at('05:00'), 'no longer known to Alertmanager', 'resolved'],
  );
  const corrected = report(closed, news(at('05:10'), { endsAt: at('04:00') }), opening);
  assert.deepEqual([corrected?.resolvedAt, corrected?.resolvedBy], [at('04:00'), 'Alertmanager']);
  const other = { startsAt: at('03:00'), endsAt: at('04:00') };
  assert.equal(report(closed, news(at('05:10'), other), opening), undefined);
});

test('suppression is noted, changed and taken back', () => {
  const quiet = noteSuppression(after(first), 'silence 1');
  assert.ok(quiet);
  assert.deepEqual([quiet.suppressedBy, quiet.version], ['silence 1', 2]);
  assert.equal(noteSuppression(quiet, 'silence 1'), undefined);
  const loud = noteSuppression(quiet, undefined);
  assert.ok(loud);
  assert.ok(!('suppressedBy' in loud));
});

test('a severity that nobody knows is a warning', () => {
  assert.equal(after(news(at('00:15'), { severity: 'page' })).severity, 'warning');
});

test('links lead to our pages or to the web, and never run anything', () => {
  const linked = (runbook_url: string) =>
    after(news(at('00:15'), { annotations: { runbook_url } })).runbookUrl;
  assert.equal(linked('/runbooks/A'), '/runbooks/A');
  assert.equal(linked('https://example.com/a'), 'https://example.com/a');
  for (const bad of ['javascript:alert(1)', '//evil.example', '/\\evil.example', 'data:text/html,x', 'x']) {
    assert.equal(linked(bad), undefined, bad);
  }
});
