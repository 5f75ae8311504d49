import { createHttpClient, type Metrics } from '@tocsin/kit';
import { z } from 'zod';
import type { Errand } from './errand.ts';

/** The shop, as it looks from outside: all that a shopper can do there. Each call throws a KitError when it fails. */
export interface Shop {
  /** @returns the id of the new customer. */
  register(): Promise<string>;
  /** @returns the id of the order. */
  order(customerId: string, errand: Errand): Promise<string>;
  /** @returns the status of the order. */
  look(orderId: string): Promise<string>;
}

const registered = z.object({ customerId: z.string() });
const placed = z.object({ orderId: z.string() });
const seen = z.object({ status: z.string() });

export function createShop(deps: { metrics: Metrics }, urls: { customers: string; orders: string }): Shop {
  const customers = createHttpClient(deps, 'customers', urls.customers);
  const orders = createHttpClient(deps, 'orders', urls.orders);
  return {
    async register() {
      const { body } = await customers.call({
        method: 'POST',
        path: '/customers',
        body: {
          name: 'Sam Shopper',
          email: `shopper-${crypto.randomUUID()}@tocsin.example`,
          address: { line1: 'Am Markt 1', city: 'Bonn', postcode: '53111', country: 'DE' },
        },
        answers: { 201: registered },
      });
      return body.customerId;
    },
    async order(customerId, { sku, paymentToken }) {
      const { body } = await orders.call({
        method: 'POST',
        path: '/orders',
        headers: { 'idempotency-key': crypto.randomUUID() },
        body: { customerId, lines: [{ sku, quantity: 1 }], paymentToken },
        answers: { 202: placed },
      });
      return body.orderId;
    },
    async look(orderId) {
      const { body } = await orders.call({ path: `/orders/${orderId}`, answers: { 200: seen } });
      return body.status;
    },
  };
}
