import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DrillFor, Hands } from '@tocsin/ops';

/** An order that was shipped and paid is charged once more, under another key: what the bank cannot know to be wrong. */
export const drill: DrillFor = () => ({
  alert: 'ReconciliationMismatch',
  group: 'flow',
  breaks: {
    kind: 'acts',
    does: 'an order was charged twice',
    async break(hands) {
      const orderId = await orderAndWait(hands);
      const key = `${orderId}:drill`;
      await writeFile(keyFile(hands), key);
      const { status } = await post(hands, 'bank', '/charges', charge, { 'idempotency-key': key });
      if (status !== 201) throw new Error(`The bank answered ${status}`);
    },
    /** Gives the second charge back, if it was made. */
    async repair(hands) {
      const key = await readFile(keyFile(hands), 'utf8').catch(() => undefined);
      if (key === undefined) return;
      const bank = await hands.platform.httpUrl('bank');
      const found = await fetch(`${bank}/charges?key=${encodeURIComponent(key)}`);
      const { charges } = (await found.json()) as { charges: { chargeId: string }[] };
      for (const { chargeId } of charges) {
        const { status } = await post(hands, 'bank', `/charges/${chargeId}/refund`, {});
        if (status !== 200) throw new Error(`The bank answered ${status} to a refund`);
      }
    },
  },
  raises: {
    alertname: 'ReconciliationMismatch',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'reconcile',
  },
  says: ['ReconciliationMismatch', 'do not add up', 'the limit is 0'],
  silent: ['OrdersStuck', 'ReconciliationMissing', 'JourneyFailing'],
  // What was done twice is told of young orders, too: the order, the next run, a scrape, an evaluation, the group wait.
  within: {
    firing: 85,
    alertmanager: 87,
    webhook: 95,
    message: 95,
    // The next run again, and the alarm goes on for two minutes.
    cleared: 205,
    resolved: 225,
  },
  unscaledSeconds: 70,
});

const charge = { amountCents: 950, currency: 'EUR', token: 'tok_ok' };
const keyFile = ({ state }: Hands) => path.join(state, 'key');

async function orderAndWait(hands: Hands): Promise<string> {
  const address = { line1: 'Am Markt 1', city: 'Bonn', postcode: '53111', country: 'DE' };
  const customer = { name: 'Twice Charged', email: 'drill@tocsin.example', address };
  const { customerId } = (await post(hands, 'customers', '/customers', customer)).body;
  const order = { customerId, lines: [{ sku: 'mug', quantity: 1 }], paymentToken: 'tok_ok' };
  const headers = { 'idempotency-key': randomUUID() };
  const { orderId } = (await post(hands, 'orders', '/orders', order, headers)).body;
  const orders = await hands.platform.httpUrl('orders');
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(200)) {
    const seen = (await (await fetch(`${orders}/orders/${orderId}`)).json()) as { status: string };
    if (seen.status === 'shipped' && orderId) return orderId;
  }
  throw new Error(`Order ${orderId} is not shipped after 30 s`);
}

async function post(
  { platform }: Hands,
  service: string,
  route: string,
  body: object,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${await platform.httpUrl(service)}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}
