import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { chromium, type Page } from 'playwright-core';
import { startRoom } from '../testing/service.ts';
import { webhookOf } from '../testing/webhook.ts';

const executablePath = (process.env.PATH ?? '')
  .split(path.delimiter)
  .concat('/usr/bin')
  .flatMap((folder) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => path.join(folder, name)),
  )
  .find((file) => existsSync(file));
const options = executablePath ? {} : { skip: 'no chromium on PATH nor at /usr/bin/chromium' };

async function openPage(t: TestContext, target = '/') {
  const clean = cleanup(t);
  const room = await startRoom(clean);
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  clean.defer(() => browser.close());
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => void problems.push(message));
  await page.goto(`${room.url}${target}`);
  return { room, page, problems };
}

const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

test(
  'the page follows an incident from all quiet to the all-clear without being loaded again',
  options,
  async (t) => {
    const { room, page, problems } = await openPage(t);
    await shows(page, 'Quiet, so far');
    await room.post(webhookOf({ alert: 'Watchdog' }));
    await shows(page, 'All quiet');
    await shows(page, /Heartbeat heard \d+ s ago/);

    await room.post(webhookOf({ labels: { pod: 'orders-1' } }));
    const card = page.locator('article.critical');
    await card.waitFor();
    const said = (await card.textContent()) ?? '';
    for (const part of [
      /critical/i,
      'HighErrorRate',
      'orders fails 40%',
      'the limit is 5%',
      '12:00:00 UTC',
      'tocsin/orders',
      'orders-1',
    ]) {
      assert.match(said, new RegExp(part));
    }
    assert.equal(
      await card.getByRole('link', { name: 'Runbook' }).getAttribute('href'),
      '/runbooks/HighErrorRate',
    );
    assert.equal(await page.title(), '1 critical · ops room');

    const ended = { labels: { pod: 'orders-1' }, endsAt: '2026-11-24T12:02:11Z' };
    await room.post(webhookOf(ended));
    await shows(page, 'took 2 min 11 s');
    await shows(page, 'All quiet');
    await page.locator('summary').press('Enter');
    await shows(page, 'Was critical.');
    assert.deepEqual(problems, []);
  },
);

test('what is unfolded and focused stays so while other things change', options, async (t) => {
  const { room, page } = await openPage(t);
  await room.post(webhookOf({}));
  await room.post(webhookOf({ endsAt: '2026-11-24T12:02:11Z' }));
  await page.locator('summary').press('Enter');
  await room.post(webhookOf({ service: 'payments' }));
  await page.locator('article').waitFor();
  await room.post(webhookOf({ service: 'payments', endsAt: '2026-11-24T12:02:11Z' }));
  await page.locator('details').nth(1).waitFor();
  assert.ok(await page.locator('details', { hasText: 'tocsin/orders' }).locator('.was').isVisible());
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY');
});

test('nothing that comes with an alert becomes markup', options, async (t) => {
  const { room, page, problems } = await openPage(t);
  const attack = `<img src=x onerror="document.title='owned'">"'`;
  await room.post(
    webhookOf({
      alert: attack,
      service: attack,
      labels: { [attack]: attack },
      annotations: { summary: attack, description: attack, runbook_url: 'javascript:document.title=1' },
    }),
  );
  await page.locator('article').waitFor();
  assert.equal(await page.locator('article img').count(), 0);
  assert.equal(await page.locator('.summary').textContent(), attack);
  assert.equal(await page.getByRole('link', { name: 'Runbook' }).count(), 0);
  assert.deepEqual(problems, []);
});

test('one service may be looked at alone, and the others are not forgotten', options, async (t) => {
  const { room, page } = await openPage(t, '/?service=payments');
  await room.post(webhookOf({}));
  await shows(page, '1 firing elsewhere');
  assert.equal(await page.locator('article').count(), 0);
  await room.post(webhookOf({ service: 'payments' }));
  await shows(page, 'payments fails 40% of its requests');
  await page.getByRole('link', { name: 'Show all' }).click();
  await shows(page, 'Firing: 2 critical');
});

test(
  'a page whose room is gone says so, and takes it back when the room is there again',
  options,
  async (t) => {
    const { room, page } = await openPage(t);
    await shows(page, 'Quiet, so far');
    await page.context().setOffline(true);
    await shows(page, 'The room cannot be reached.');
    await room.post(webhookOf({}));
    await page.context().setOffline(false);
    await page.locator('article.critical').waitFor();
    await page.getByText('The room cannot be reached.').waitFor({ state: 'hidden' });
  },
);

test('without a stream the page still follows', options, async (t) => {
  const { room, page } = await openPage(t);
  await page.addInitScript('delete window.EventSource');
  await page.reload();
  await room.post(webhookOf({}));
  await page.locator('article.critical').waitFor();
});
