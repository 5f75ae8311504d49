import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { startFake } from './testing/fake.ts';
import { startRoom } from './testing/service.ts';
import { capturedWebhook, webhookOf } from './testing/webhook.ts';

test('what Alertmanager sends is an incident, told in full by the API', async (t) => {
  const { post, incidents } = await startRoom(cleanup(t));
  const before = new Date().toISOString();
  assert.equal((await post(capturedWebhook)).status, 202);
  assert.equal((await post(capturedWebhook)).status, 202);
  const [incident, ...others] = await incidents('?status=firing');
  assert.deepEqual(others, []);
  const { id, receivedAt, postedAt, text, ...rest } = incident ?? {};
  assert.match(String(id), /^[0-9a-f-]{36}$/);
  assert.ok(before <= String(receivedAt) && String(receivedAt) <= String(postedAt));
  assert.match(String(text), /^CRITICAL HighErrorRate in app\nerrors 36\.71%\nSince 2026-11-24 00:24:51 UTC/);
  assert.deepEqual(rest, {
    status: 'firing',
    severity: 'critical',
    service: 'app',
    namespace: '',
    alert: 'HighErrorRate',
    startedAt: '2026-11-24T00:24:51.832Z',
    summary: 'errors 36.71%',
    description: '',
    runbookUrl: 'http://runbooks/HighErrorRate',
    chartUrl: `/incidents/${id}/chart.svg`,
    timesToday: 1,
    alerts: [
      {
        fingerprint: 'daf2e31bd3344c65',
        status: 'firing',
        labels: {
          alertname: 'HighErrorRate',
          cluster: 'lab',
          job: 'app',
          service: 'app',
          severity: 'critical',
          team: 'platform',
        },
        annotations: { runbook_url: 'http://runbooks/HighErrorRate', summary: 'errors 36.71%' },
        startsAt: '2026-11-24T00:24:51.832Z',
        expression: 'job:err:ratio_rate30s > 0.05',
      },
    ],
  });
  assert.deepEqual(await incidents('?status=resolved'), []);
});

test('no label makes the room unreadable, not even half a character', async (t) => {
  const { url, post, incidents } = await startRoom(cleanup(t));
  const half = '\ud83d';
  assert.equal((await post(webhookOf({ service: half, labels: { [half]: half } }))).status, 202);
  const [incident] = await incidents();
  assert.equal(incident?.service, '\ufffd');
  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /HighErrorRate/);
});

test('an outage of everything at once is not too long to be read', async (t) => {
  const { post, incidents } = await startRoom(cleanup(t));
  const alerts = Array.from({ length: 1000 }, (_, index) => ({ labels: { pod: `orders-${index}` } }));
  assert.equal((await post(webhookOf(...alerts))).status, 202);
  const [incident] = await incidents();
  assert.ok(Array.isArray(incident?.alerts));
  assert.equal(incident.alerts.length, 1000);
});

test('a webhook that cannot be read is a counted 400, and takes nothing away', async (t) => {
  const { post, incidents, metric, lines } = await startRoom(cleanup(t));
  await post(webhookOf({}));
  const bad = [
    'not json',
    '{}',
    { ...webhookOf({}), version: '5' },
    { ...webhookOf({}), alerts: [{ status: 'odd' }] },
  ];
  for (const body of bad) {
    const response = await post(body);
    assert.equal(response.status, 400);
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  }
  assert.equal(await metric('chatops_webhooks_total{outcome="invalid"}'), bad.length);
  assert.equal(lines.filter(({ message }) => message === 'webhook refused').length, bad.length);
  assert.equal((await incidents()).length, 1);
});

test('what was answered with 202 is still there after the room was killed', async (t) => {
  const clean = cleanup(t);
  const room = await startRoom(clean);
  await post202(room, webhookOf({}));
  await room.kill('SIGKILL');
  const again = await startRoom(clean, { SQLITE_PATH: room.file });
  assert.equal((await again.incidents()).length, 1);
});

test('a dead Alertmanager and a Slack that never answers delay neither the room nor its readiness', async (t) => {
  const clean = cleanup(t);
  const slack = await startFake(clean, () => {});
  const room = await startRoom(clean, {
    ALERTMANAGER_URL: 'http://127.0.0.1:1',
    SLACK_WEBHOOK_URL: slack.url,
  });
  await post202(room, webhookOf({}));
  await until('Slack is being waited for', () => slack.received.length > 0);
  await post202(room, webhookOf({ endsAt: '2026-11-24T12:02:11Z' }));
  assert.equal((await room.incidents())[0]?.status, 'resolved');
  assert.equal(await room.metric('chatops_notifications_total{destination="slack",outcome="failed"}'), 0);
});

test('whoever listens hears of incidents and heartbeats, and is let go on the way down', async (t) => {
  const room = await startRoom(cleanup(t));
  const stream = await fetch(`${room.url}/api/incidents/stream`);
  assert.match(stream.headers.get('content-type') ?? '', /^text\/event-stream/);
  let heard = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? []) heard += decoder.decode(chunk, { stream: true });
  })();
  await post202(room, webhookOf({}));
  await post202(room, webhookOf({ alert: 'Watchdog' }));
  await until(
    'both are heard',
    () => /^event: incident\ndata: {.*"status":"firing".*}\n\nevent: heartbeat$/m.test(heard),
    10_000,
    () => heard,
  );

  assert.equal((await room.kill('SIGTERM')).code, 0);
  await ended;
  const abandoned = room.lines.filter(({ message }) => message === 'shutdown step abandoned');
  assert.deepEqual(abandoned, []);
});

test('runbooks are pages; for one that is missing, those that there are', async (t) => {
  const clean = cleanup(t);
  const folder = await mkdtemp(path.join(tmpdir(), 'runbooks-'));
  clean.defer(() => rm(folder, { recursive: true }));
  const impact = '## Impact\n\nCallers of `orders`\nare turned away. Nothing is lost.\n\n## Diagnosis\n';
  await writeFile(path.join(folder, 'HighErrorRate.md'), `# HighErrorRate\n\nIt is \`500\`.\n\n${impact}`);
  const { url, post, incidents } = await startRoom(clean, { RUNBOOKS_DIR: folder });
  const page = await fetch(`${url}/runbooks/HighErrorRate`);
  assert.match(await page.text(), /<h1>HighErrorRate<\/h1>\s*<p>It is <code>500<\/code>\.<\/p>/);
  for (const missing of ['Other', '..%2F..%2Fpackage', '%3Cb%3E']) {
    const other = await fetch(`${url}/runbooks/${missing}`);
    assert.equal(other.status, 404);
    assert.match(await other.text(), /<a href="\/runbooks\/HighErrorRate">/);
  }
  // What people feel is told from there.
  await post(webhookOf({}, { alert: 'HighErrorRate', service: 'payments' }));
  const [incident] = await incidents();
  assert.equal(incident?.impact, 'Callers of orders are turned away');
  assert.match(String(incident?.text), /^Felt: Callers of orders are turned away$/m);
});

test('in a cluster the commands of a runbook are for it', async (t) => {
  const clean = cleanup(t);
  const folder = await mkdtemp(path.join(tmpdir(), 'runbooks-'));
  clean.defer(() => rm(folder, { recursive: true }));
  const block = '```sh\nmake status\nmake logs SERVICE=orders FOLLOW=0\n```';
  await writeFile(path.join(folder, 'A.md'), `# A\n\n${block}\n\nHeld:\n\`make release PART=kafka\`.\n`);
  const target = 'TARGET=kind CLUSTER=shop';
  const there = await startRoom(clean, { RUNBOOKS_DIR: folder, RUNBOOK_TARGET: target });
  const page = await (await fetch(`${there.url}/runbooks/A`)).text();
  assert.match(
    page,
    /make status TARGET=kind CLUSTER=shop\nmake logs TARGET=kind CLUSTER=shop SERVICE=orders/,
  );
  assert.match(page, /<code>make release TARGET=kind CLUSTER=shop PART=kafka<\/code>/);
  assert.match(page, /<code>make forward<\/code>/);
  const laptop = await startRoom(clean, { RUNBOOKS_DIR: folder });
  const plain = await (await fetch(`${laptop.url}/runbooks/A`)).text();
  assert.match(plain, /make status\nmake logs SERVICE=orders FOLLOW=0/);
  assert.doesNotMatch(plain, /make forward/);
});

test('a dashboard is in Grafana where there is one, else the room itself', async (t) => {
  const clean = cleanup(t);
  const leadsTo = async (url: string) => (await fetch(url, { redirect: 'manual' })).headers.get('location');
  const alone = await startRoom(clean);
  assert.equal(await leadsTo(`${alone.url}/dashboards/http?var-service=orders`), '/?service=orders');
  assert.equal(await leadsTo(`${alone.url}/dashboards/http`), '/');
  const withGrafana = await startRoom(clean, { GRAFANA_URL: 'http://grafana.example/base/' });
  assert.equal(
    await leadsTo(`${withGrafana.url}/dashboards/http?var-service=orders`),
    'http://grafana.example/base/d/http?var-service=orders',
  );
});

test('the room tells dashboards where it is', async (t) => {
  const clean = cleanup(t);
  const room = await startRoom(clean, { PUBLIC_URL: 'https://room.example/' });
  assert.equal(await room.metric('chatops_room_info{public_url="https://room.example"}'), 1);
});

async function post202(room: { post(body: unknown): Promise<Response> }, body: unknown) {
  assert.equal((await room.post(body)).status, 202);
}
