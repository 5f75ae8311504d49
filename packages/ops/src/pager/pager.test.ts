import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { temporaryFolder } from '../stack/testing.ts';
import type { Page } from './page.ts';
import { pagerConfig, servePager } from './serve.ts';

const firing = {
  status: 'firing',
  labels: { alertname: 'OrdersStuck', severity: 'critical', namespace: 'tocsin', service: 'orders' },
  annotations: { summary: '12 orders are stuck', runbook_url: '/runbooks/OrdersStuck' },
  startsAt: '2026-11-24T00:24:51.832Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://127.0.0.1:9090/graph',
  fingerprint: 'daf2e31bd3344c65',
};
const resolved = { ...firing, status: 'resolved', endsAt: '2026-11-24T00:25:21.832Z' };
const webhook = (...alerts: object[]) => ({ version: '4', receiver: 'pager', status: 'firing', alerts });

test('a page is a line of the file when it is answered, and so is its end', async (t) => {
  const { post, lines, file } = await startPager(t);
  const before = new Date().toISOString();
  assert.equal(await post(webhook(firing)), 202);
  const [line = ''] = (await readFile(file, 'utf8')).split('\n');
  const { receivedAt, ...page } = JSON.parse(line) as Page;
  assert.ok(receivedAt >= before);
  assert.deepEqual(page, {
    status: 'firing',
    alert: 'OrdersStuck',
    namespace: 'tocsin',
    service: 'orders',
    severity: 'critical',
    summary: '12 orders are stuck',
    description: '',
    runbookUrl: '/runbooks/OrdersStuck',
    startsAt: firing.startsAt,
    fingerprint: firing.fingerprint,
    receiver: 'pager',
  });
  assert.equal(await post(webhook(resolved)), 202);
  const ends = (await lines()).map(({ status, endsAt }) => [status, endsAt]);
  assert.deepEqual(ends, [
    ['firing', undefined],
    ['resolved', resolved.endsAt],
  ]);
});

test('pages that come at once are lines of their own', async (t) => {
  const { post, lines } = await startPager(t);
  const names = Array.from({ length: 50 }, (_, index) => `Alert${index}`);
  const answers = names.map((alertname) =>
    post(webhook({ ...firing, labels: { ...firing.labels, alertname } })),
  );
  assert.deepEqual(new Set(await Promise.all(answers)), new Set([202]));
  assert.deepEqual((await lines()).map(({ alert }) => alert).sort(), names.sort());
});

test('what is no page is refused, and takes nothing away', async (t) => {
  const { post, lines } = await startPager(t);
  await post(webhook(firing));
  for (const bad of ['not json', {}, webhook(), { ...webhook(firing), version: '5' }]) {
    assert.equal(await post(bad), 400);
  }
  assert.equal((await lines()).length, 1);
});

test('a file that takes nothing is a 500, so that Alertmanager tries again', async (t) => {
  const { post, file } = await startPager(t);
  await mkdir(file); // No file any more, for root either.
  assert.equal(await post(webhook(firing)), 500);
});

test('a line that a crash cut off costs no other', async (t) => {
  const first = await startPager(t);
  await first.post(webhook(firing));
  await writeFile(first.file, '{"receivedAt":"2026-', { flag: 'a' });
  const again = await startPager(t, { file: first.file });
  await again.post(webhook(resolved));
  assert.deepEqual(
    (await again.lines()).map(({ status }) => status),
    ['firing', 'resolved'],
  );
});

test('an environment without a file is told in words', () => {
  const parsed = pagerConfig.safeParse({});
  assert.match(parsed.error?.message ?? '', /PAGER_FILE/);
});

async function startPager(t: TestContext, options: { file?: string } = {}) {
  const clean = cleanup(t);
  const folder = await temporaryFolder(clean);
  const file = options.file ?? path.join(folder, 'made', 'when-missing', 'pager.jsonl');
  const config = pagerConfig.parse({ HOST: '127.0.0.1', HTTP_PORT: '0', PAGER_FILE: file });
  const server = await servePager(config, () => {});
  clean.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    file,
    async post(body: unknown) {
      const response = await fetch(`${url}/webhooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return response.status;
    },
    async lines() {
      const response = await fetch(`${url}/api/pages`);
      return ((await response.json()) as { pages: Page[] }).pages;
    },
  };
}
