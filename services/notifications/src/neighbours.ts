import { createHttpClient, type Metrics } from '@tocsin/kit';
import { z } from 'zod';
import type { Customer, Order } from './letter.ts';

/** The call backs: an event says that something happened, the one that it happened to says what. */
export interface Neighbours {
  /** @returns undefined where there is no such customer any more. */
  customer(customerId: string): Promise<Customer | undefined>;
  order(orderId: string): Promise<Order>;
}

const customerAnswer = z.object({ name: z.string(), email: z.string() });
const orderAnswer = z.object({
  orderId: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.number() })),
  totalCents: z.number(),
  currency: z.string(),
  reason: z.string().optional(),
});

export function createNeighbours(
  deps: { metrics: Metrics },
  urls: { customers: string; orders: string },
): Neighbours {
  const customers = createHttpClient(deps, 'customers', urls.customers);
  const orders = createHttpClient(deps, 'orders', urls.orders);
  return {
    async customer(customerId) {
      const gone = z.unknown().transform(() => undefined);
      const { body } = await customers.call({
        path: `/customers/${customerId}`,
        answers: { 200: customerAnswer, 404: gone },
      });
      return body;
    },
    async order(orderId) {
      const { body } = await orders.call({ path: `/orders/${orderId}`, answers: { 200: orderAnswer } });
      return body;
    },
  };
}
