import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@tocsin/kit';
import { type RunningParts, startParts } from '@tocsin/ops';
import { reconcile } from '../packages/ops/src/reconcile/reconcile.ts';
import { createShop, persist } from './shop.ts';

const services = ['customers', 'orders', 'inventory', 'payments', 'bank', 'shipping', 'notifications'];
let stack: RunningParts;
let shop: ReturnType<typeof createShop>;
const accepted = new Set<string>();

before(async () => {
  stack = await startParts({
    root: path.resolve(import.meta.dirname, '..'),
    parts: ['kafka', 'postgres', 'topics', 'databases', ...services],
    // Long enough that no outage of this test makes an order give up: each should end as its token says.
    environment: { payments: { BANK_GIVE_UP_MS: '120000' }, shipping: { ADDRESS_WAIT_MS: '120000' } },
  });
  shop = createShop(stack);
});
after(() => stack?.stop());

/** Places orders one after the other until told to stop; what is refused or lost on the way was never accepted. */
function shopUntil(stopping: AbortSignal): Promise<unknown> {
  const shopper = async () => {
    const customerId = await persist('a customer', () => shop.register());
    while (!stopping.aborted) {
      const answer = await shop.order(customerId, 'mug', 'tok_ok').catch(() => undefined);
      if (answer?.status === 202) accepted.add(answer.body.orderId);
      await sleep(100);
    }
  };
  return Promise.all([shopper(), shopper()]);
}

const restarts = () => new Map(services.map((name) => [name, stack.restarts(name)]));

for (const victim of ['kafka', 'postgres', ...services]) {
  test(`kill -9 of ${victim} under traffic: every accepted order ends, and nobody else restarts`, async () => {
    const before = restarts();
    const acceptedBefore = accepted.size;
    const stopping = new AbortController();
    const shoppers = shopUntil(stopping.signal);
    await persist('orders before', async () => assert.ok(accepted.size >= acceptedBefore + 5));

    const restartsOfVictim = stack.restarts(victim);
    stack.kill(victim, 'SIGKILL');
    await persist('a restart', async () => assert.equal(stack.restarts(victim), restartsOfVictim + 1));
    await stack.ready(victim, 90_000);
    const acceptedAtRepair = accepted.size;
    await persist('orders afterwards', async () => assert.ok(accepted.size >= acceptedAtRepair + 5));
    stopping.abort();
    await shoppers;

    for (const orderId of accepted) {
      const { status } = await persist(`the end of ${orderId}`, () => shop.ended(orderId));
      assert.equal(status, 'shipped');
    }
    for (const [name, count] of restarts()) {
      assert.equal(count, (before.get(name) ?? 0) + (name === victim ? 1 : 0), `restarts of ${name}`);
    }
  });
}

test('after all of that the topics agree with the ledger of the bank', async () => {
  const log = createLog({ service: 'test', release: 'test', level: 'fatal' });
  const from = {
    kafka: { brokers: (stack.env.KAFKA_BROKERS ?? '').split(',') },
    bankUrl: `http://127.0.0.1:${stack.ports.bank.http}`,
  };
  await persist('agreement', async () => {
    const report = await reconcile({ log }, from, { since: new Date(0), until: new Date() });
    assert.deepEqual(report.mismatches, []);
    assert.ok(report.judged >= accepted.size);
  });
});
