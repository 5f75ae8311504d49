import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanup } from '@tocsin/kit/testing/backing';
import { startFake } from '../testing/fake.ts';
import { startRoom } from '../testing/service.ts';
import { webhookOf } from '../testing/webhook.ts';

const startsAt = new Date(Date.now() - 60_000).toISOString();
const seconds = Date.now() / 1000;
const series = (labels: Record<string, string>, ...values: number[]) => ({
  metric: labels,
  values: values.map((value, index) => [seconds - 60 + index, String(value)]),
});

/** The room, beside a Prometheus that answers these queries. */
async function roomWith(clean: AsyncDisposableStack, results: Record<string, object[]>) {
  const asked: URLSearchParams[] = [];
  const prometheus = await startFake(clean, (response, request) => {
    const params = new URL(request.url ?? '', 'http://prometheus').searchParams;
    asked.push(params);
    const result = results[params.get('query') ?? ''] ?? [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
  });
  const room = await startRoom(clean, { PROMETHEUS_URL: prometheus.url });
  const chart = async () => {
    const [incident] = await room.incidents();
    return fetch(`${room.url}${String(incident?.chartUrl)}`);
  };
  return { room, asked, chart };
}

const count = (svg: string, mark: string) => svg.split(`class="${mark}"`).length - 1;

test('the chart has the series that fired, not those of others, and the limit', async (t) => {
  const { room, asked, chart } = await roomWith(cleanup(t), {
    failures: [
      series({ namespace: 'tocsin', service: 'orders' }, 0, 0.4, 0.5),
      series({ namespace: 'tocsin', service: 'payments' }, 0, 0, 0),
    ],
    '0.05': [series({}, 0.05, 0.05, 0.05)],
  });
  await room.post(webhookOf({ startsAt, expression: 'failures > 0.05 and on (service) many >= 5' }));
  const response = await chart();
  assert.equal(response.headers.get('content-type'), 'image/svg+xml; charset=utf-8');
  const svg = await response.text();
  assert.deepEqual([count(svg, 'series'), count(svg, 'limit'), count(svg, 'began')], [1, 1, 1]);
  assert.match(svg, />limit 0\.05</);
  const [first] = asked;
  assert.ok(Number(first?.get('start')) < Date.parse(startsAt) / 1000);
  assert.match(await (await fetch(room.url)).text(), /<img class="chart" src="\/incidents\//);
});

test('of alternatives, the one is drawn that there is something of', async (t) => {
  const { room, chart } = await roomWith(cleanup(t), {
    slow: [series({ service: 'orders' }, 7, 8)],
    '6': [series({}, 6, 6)],
  });
  await room.post(webhookOf({ startsAt, expression: 'fast > 14.4 or slow > 6' }));
  const svg = await (await chart()).text();
  assert.deepEqual([count(svg, 'series'), count(svg, 'limit')], [1, 1]);
});

test('values that are no numbers are gaps', async (t) => {
  const { room, chart } = await roomWith(cleanup(t), {
    left: [series({ service: 'orders' }, Number.POSITIVE_INFINITY, Number.NaN, 3, 4)],
  });
  await room.post(webhookOf({ startsAt, expression: 'left < 5' }));
  const svg = await (await chart()).text();
  assert.equal(count(svg, 'series'), 1);
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

test('a series that is gone is said to be, and so is a dead Prometheus', async (t) => {
  const clean = cleanup(t);
  const { room, chart } = await roomWith(clean, {});
  await room.post(webhookOf({ startsAt, expression: 'gone > 1' }));
  assert.match(await (await chart()).text(), /no such series any more/);

  const other = await startRoom(clean, { PROMETHEUS_URL: 'http://127.0.0.1:1' });
  await other.post(webhookOf({ startsAt, expression: 'a > 1' }));
  const [incident] = await other.incidents();
  assert.equal((await fetch(`${other.url}${String(incident?.chartUrl)}`)).status, 503);
});

test('what nobody can draw has no chart', async (t) => {
  const room = await startRoom(cleanup(t));
  await room.post(webhookOf({ startsAt }));
  const [incident] = await room.incidents();
  assert.equal(incident?.chartUrl, undefined);
  assert.doesNotMatch(await (await fetch(room.url)).text(), /class="chart"/);
  assert.equal((await fetch(`${room.url}/incidents/${String(incident?.id)}/chart.svg`)).status, 404);
});
