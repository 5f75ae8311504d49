// A shopper registers and orders a mug; the order becomes shipped.
import { randomUUID } from 'node:crypto';
import { until } from './wait.ts';

const address = { line1: 'Hauptstraße 1', city: 'Bonn', postcode: '53111', country: 'DE' };

async function call<T>(url: string, init: RequestInit = {}): Promise<T> {
  const headers = { 'content-type': 'application/json', ...init.headers };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(5000) });
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${body}`);
  return JSON.parse(body) as T;
}
const post = <T>(url: string, body: unknown, headers: Record<string, string> = {}) =>
  call<T>(url, { method: 'POST', body: JSON.stringify(body), headers });

let customerId = '';
await until('a customer registers', async () => {
  const customer = { name: 'Ada', email: 'ada@example.com', address };
  ({ customerId } = await post<{ customerId: string }>('http://customers:8080/customers', customer));
  return [];
});

let orderId = '';
const key = { 'idempotency-key': randomUUID() };
await until('the order is accepted', async () => {
  const order = { customerId, lines: [{ sku: 'mug', quantity: 1 }], paymentToken: 'tok_ok' };
  ({ orderId } = await post<{ orderId: string }>('http://orders:8080/orders', order, key));
  return [];
});

await until('the order is shipped', async () => {
  const { status, history } = await call<{ status: string; history: unknown }>(
    `http://orders:8080/orders/${orderId}`,
  );
  return status === 'shipped' ? [] : [`it is ${status}: ${JSON.stringify(history)}`];
});
