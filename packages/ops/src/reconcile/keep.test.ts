import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { cleanup, commitFor, testBrokers, until } from '@tocsin/kit/testing/backing';
import { execa } from 'execa';
import { createContractTopics } from '../jobs/topics.ts';
import { createReconcileMetrics } from './metrics.ts';

const cli = path.resolve(import.meta.dirname, '../cli.ts');

test('what a run has found is pushed, with every kind of mismatch and every group that the broker knows', async (t) => {
  const gateway = await openGateway(t);
  await createContractTopics({ brokers: testBrokers() });
  await commitFor(cleanup(t), 'payments', 'orders.events');
  const reconcile = start(t, { gateway: gateway.url, brokers: testBrokers() });
  await until(
    'both parts are pushed',
    () =>
      gateway.pushed.some(({ body }) => body.includes('reconcile_last_success_timestamp_seconds')) &&
      gateway.pushed.some(({ body }) => body.includes('messaging_group_members')),
    60_000,
    () => ({ pushed: gateway.pushed.length }),
  );
  const [{ method, url } = { method: '', url: '' }] = gateway.pushed;
  // POST leaves the other part, and whatever else was pushed for the job, as it is.
  assert.deepEqual([method, url], ['POST', '/metrics/job/reconcile/namespace/tocsin/service/reconcile']);
  const all = gateway.pushed.map(({ body }) => body).join('\n');
  for (const series of [
    /^reconcile_orders_judged \d+$/m,
    /^reconcile_mismatches\{kind="charged_twice"\} 0$/m,
    /^reconcile_mismatches\{kind="without_end"\} 0$/m,
    /^messaging_group_members\{messaging_consumer_group_name="payments"\} 0$/m,
    /^messaging_group_lag_messages\{messaging_consumer_group_name="payments",messaging_destination_name="orders.events",messaging_destination_partition_id="0"\} \d+$/m,
    /^messaging_group_retention_left_seconds\{.*messaging_destination_name="payments.replays".*\} \+Inf$/m,
  ]) {
    assert.match(all, series);
  }
  // A service that is left out rings for nobody.
  assert.doesNotMatch(all, /notifications/);
  reconcile.kill('SIGTERM');
  assert.equal((await reconcile).exitCode, 0);
});

test('of a group that is gone nothing is pushed any more', async (t) => {
  const gateway = await openGateway(t);
  const metrics = createReconcileMetrics({ url: gateway.url, namespace: 'tocsin' });
  const partition = {
    partition: 0,
    committedOffset: 1,
    lag: 2,
    oldestUnreadAt: new Date(),
    retentionLeftMs: 3000,
  };
  const view = (group: string) => ({
    group,
    members: 1,
    partitions: [{ topic: `${group}.events`, ...partition }],
  });
  await metrics.groupsRead([view('orders'), view('notifications')], new Date());
  await metrics.groupsRead([view('orders')], new Date());
  const groups = gateway.pushed.map(({ body }) => new Set(body.match(/(?<=group_name=")[^"]+/g)));
  assert.deepEqual(groups, [new Set(['orders', 'notifications']), new Set(['orders'])]);
});

test('without a broker nothing is pushed, and it ends in order all the same', async (t) => {
  const gateway = await openGateway(t);
  const reconcile = start(t, { gateway: gateway.url, brokers: ['127.0.0.1:1'] });
  const lines: string[] = [];
  reconcile.stdout?.on('data', (chunk: Buffer) => void lines.push(String(chunk)));
  await until(
    'both parts have failed',
    () => {
      const log = lines.join('');
      return log.includes('orders not judged') && log.includes('consumer groups not read');
    },
    60_000,
  );
  assert.deepEqual(gateway.pushed, []);
  reconcile.kill('SIGTERM');
  assert.equal((await reconcile).exitCode, 0);
});

function start(t: TestContext, { gateway, brokers }: { gateway: string; brokers: string[] }) {
  const reconcile = execa(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, 'reconcile', '--every=1s', '--since=15m', '--until=5m'],
    {
      env: {
        KAFKA_BROKERS: brokers.join(','),
        // A bank that has charged nobody.
        BANK_URL: gateway,
        PUSHGATEWAY_URL: gateway,
      },
      reject: false,
    },
  );
  t.after(async () => {
    reconcile.kill('SIGKILL');
    await reconcile;
  });
  return reconcile;
}

/** Takes what is pushed, and is a bank without entries beside. */
async function openGateway(t: TestContext) {
  const pushed: { method: string | undefined; url: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const { method, url } = request;
    const body = await text(request);
    if (url?.startsWith('/ledger')) {
      response.setHeader('content-type', 'application/json').end('{"entries":[]}');
      return;
    }
    pushed.push({ method, url, body });
    response.writeHead(200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup(t).defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushed };
}
