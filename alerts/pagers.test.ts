// What PagerDuty and Opsgenie are told, by the real Alertmanager: https://developer.pagerduty.com/docs/send-alert-event
// and https://docs.opsgenie.com/docs/alert-api.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanup, until } from '@tocsin/kit/testing/backing';
import { type Receivers, renderAlertmanagerConfig } from '@tocsin/ops';
import { parse } from 'yaml';
import { type Labels, startAlertmanager, temporaryFolder } from './testing/alertmanager.ts';
import { heardBy, startListener } from './testing/receivers.ts';

const alarm: Labels = {
  alertname: 'OrdersStuck',
  severity: 'critical',
  namespace: 'tocsin',
  service: 'orders',
};
const annotations = {
  summary: '12 orders are stuck',
  description: '12 orders have no end for 5m; the limit is 0.',
  runbook_url: '/runbooks/OrdersStuck',
  dashboard_url: '/dashboards/tocsin-platform?var-namespace=tocsin',
};
const link = (url: string) => `https://room.example${url}`;

test('PagerDuty is told of the beginning and the end by one key, with links that lead to the room', async (t) => {
  const { alertmanager, double, room } = await page(t, (url, file) => ({
    pagerdutyKeyFile: file,
    pagerdutyUrl: `${url}/v2/enqueue`,
  }));
  await alertmanager.fire([alarm], annotations);
  await until('the trigger', () => double.calls.length > 0);
  await until('the room too', () => heardBy(room).length > 0);
  await alertmanager.resolve(alarm, annotations);
  const resolve = await until('the resolve', () =>
    double.calls.map(({ body }) => body as PagerDutyEvent).find((event) => event.event_action === 'resolve'),
  );

  const [{ method, path: called, body } = assert.fail()] = double.calls;
  assert.deepEqual([method, called], ['POST', '/v2/enqueue']);
  const trigger = body as PagerDutyEvent;
  assert.equal(trigger.routing_key, 'the-key');
  assert.equal(trigger.event_action, 'trigger');
  assert.ok(trigger.dedup_key);
  assert.equal(resolve.dedup_key, trigger.dedup_key);
  const { summary, severity, component, group, class: alert, custom_details } = trigger.payload;
  assert.deepEqual([severity, component, group, alert], ['critical', 'orders', 'tocsin', 'OrdersStuck']);
  assert.equal(summary, 'OrdersStuck: 12 orders are stuck');
  assert.equal(custom_details.description, annotations.description);
  assert.deepEqual(
    trigger.links.map(({ href }) => href),
    [link(annotations.runbook_url), link(annotations.dashboard_url)],
  );
});

test('Opsgenie is told of the beginning and the end by one alias, as what cannot wait', async (t) => {
  const { alertmanager, double } = await page(t, (url, file) => ({
    opsgenieKeyFile: file,
    opsgenieUrl: `${url}/`,
  }));
  await alertmanager.fire([alarm], annotations);
  await until('the alert', () => double.calls.length > 0);
  await alertmanager.resolve(alarm, annotations);
  const closing = await until('the end', () =>
    double.calls.find(({ path: called }) => called.includes('/close')),
  );

  const [{ method, path: called, headers, body } = assert.fail()] = double.calls;
  assert.deepEqual([method, called, headers.authorization], ['POST', '/v2/alerts', 'GenieKey the-key']);
  const { alias, message, description, priority, entity, details } = body as OpsgenieAlert;
  assert.equal(message, 'OrdersStuck: 12 orders are stuck');
  assert.deepEqual([description, priority, entity], [annotations.description, 'P1', 'tocsin/orders']);
  assert.deepEqual(
    [details.runbook, details.dashboard],
    [link(annotations.runbook_url), link(annotations.dashboard_url)],
  );
  assert.ok(alias);
  assert.ok(closing.path.startsWith(`/v2/alerts/${alias}/close`), closing.path);
});

test('without a key the pages go to our own receiver, with one to nobody else', () => {
  const pagerOf = (more: Partial<Receivers>) => {
    const config = renderAlertmanagerConfig({
      chatopsUrl: 'http://room.example',
      pagerUrl: 'http://pager.example/',
      ...more,
    });
    assert.doesNotMatch(config.replaceAll(/^ *#.*$/gm, ''), /\$\{/);
    const { receivers } = parse(config) as { receivers: Record<string, object[]>[] };
    const { name, ...integrations } = receivers.find((receiver) => String(receiver.name) === 'pager') ?? {};
    assert.ok(name);
    return integrations;
  };
  assert.deepEqual(pagerOf({}), {
    webhook_configs: [{ url: 'http://pager.example/webhooks/alertmanager' }],
  });
  assert.deepEqual(Object.keys(pagerOf({ pagerdutyKeyFile: '/key' })), ['pagerduty_configs']);
  assert.deepEqual(Object.keys(pagerOf({ opsgenieKeyFile: '/key' })), ['opsgenie_configs']);
  assert.deepEqual(Object.keys(pagerOf({ pagerdutyKeyFile: '/key', opsgenieKeyFile: '/key' })), [
    'pagerduty_configs',
    'opsgenie_configs',
  ]);
});

interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload: {
    readonly summary: string;
    readonly severity: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Labels;
  };
  readonly links: readonly { readonly href: string }[];
}

interface OpsgenieAlert {
  readonly alias: string;
  readonly message: string;
  readonly description: string;
  readonly priority: string;
  readonly entity: string;
  readonly details: Labels;
}

/** The real Alertmanager, a room, and a double that stands for the pager service and accepts. */
async function page(t: TestContext, pager: (url: string, keyFile: string) => Partial<Receivers>) {
  const clean = cleanup(t);
  const double = await startListener(clean, 202);
  const room = await startListener(clean);
  const keyFile = path.join(await temporaryFolder(clean), 'key');
  // Without a line's end: Alertmanager 0.25 takes it for part of Opsgenie's key.
  await writeFile(keyFile, 'the-key');
  const config = renderAlertmanagerConfig({
    chatopsUrl: room.url,
    publicUrl: 'https://room.example/',
    pagerUrl: 'http://127.0.0.1:1',
    ...pager(double.url, keyFile),
  })
    .replaceAll(/group_wait: \w+/g, 'group_wait: 0s')
    .replaceAll(/group_interval: \w+/g, 'group_interval: 1s');
  return { alertmanager: await startAlertmanager(clean, config), double, room };
}
