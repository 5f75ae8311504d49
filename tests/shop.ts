import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningParts } from '@tocsin/ops';
import type { ServiceName } from '../deploy/local/ports.ts';

/** What a shopper sees of an order. */
export interface SeenOrder {
  readonly orderId: string;
  readonly status: 'placed' | 'confirmed' | 'shipped' | 'cancelled';
  readonly reason?: string;
  readonly history: readonly { readonly type: string; readonly at: string }[];
}

export const someAddress = { line1: 'Hauptstraße 1', city: 'Bonn', postcode: '53111', country: 'DE' };

/** A shopper of a running stack, over HTTP alone. */
export function createShop({ ports }: RunningParts) {
  const call = async (service: ServiceName, path: string, init: RequestInit = {}) => {
    const headers = { 'content-type': 'application/json', ...init.headers };
    const url = `http://127.0.0.1:${ports[service].http}${path}`;
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(15_000) });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const post = (service: ServiceName, path: string, body: unknown, headers: Record<string, string> = {}) =>
    call(service, path, { method: 'POST', body: JSON.stringify(body), headers });

  const order = (customerId: string, sku: string, paymentToken: string, key: string = randomUUID()) =>
    post(
      'orders',
      '/orders',
      { customerId, lines: [{ sku, quantity: 1 }], paymentToken },
      { 'idempotency-key': key },
    );
  const look = async (orderId: string): Promise<SeenOrder> =>
    (await call('orders', `/orders/${orderId}`)).body;

  return {
    call,
    post,
    order,
    look,
    async register(): Promise<string> {
      const { status, body } = await post('customers', '/customers', {
        name: 'Ada',
        email: 'ada@example.com',
        address: someAddress,
      });
      if (status !== 201) throw new Error(`Registration answered ${status} ${JSON.stringify(body)}`);
      return body.customerId;
    },
    /** Waits until the order has ended. */
    async ended(orderId: string, deadlineMs = 60_000): Promise<SeenOrder> {
      const end = Date.now() + deadlineMs;
      for (;;) {
        const seen = await look(orderId);
        if (seen.status === 'shipped' || seen.status === 'cancelled') return seen;
        if (Date.now() > end) throw new Error(`After ${deadlineMs} ms: ${JSON.stringify(seen)}`);
        await sleep(100);
      }
    },
  };
}

/** Tries until it works: what a shopper does while something is down. */
export async function persist<T>(what: string, work: () => Promise<T>, deadlineMs = 90_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`, { cause: error });
      await sleep(250);
    }
  }
}
