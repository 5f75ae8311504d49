import {
  cancelReason,
  cents,
  currency,
  id,
  orderLine,
  type PricedLine,
  pricedLine,
  text,
} from '@tocsin/contracts';
import {
  type Clock,
  type Database,
  idempotencyKeyHeader,
  notFound,
  type Outbox,
  onceForKey,
  type Route,
  route,
  unprocessable,
} from '@tocsin/kit';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { unitPriceCents } from './domain/catalogue.ts';
import { fold, place } from './domain/order.ts';
import type { EventStore } from './event-store.ts';
import type { OrderMetrics } from './metrics.ts';
import type { OrderView } from './view-store.ts';

const orderStatus = z.enum(['placed', 'confirmed', 'shipped', 'cancelled']);
const accepted = z.object({ orderId: id, status: orderStatus, totalCents: cents, currency });
const listed = accepted.extend({ reason: cancelReason.optional(), placedAt: z.iso.datetime() });
const order = accepted.extend({
  customerId: id,
  lines: z.array(pricedLine),
  reason: cancelReason.optional(),
  history: z.array(z.object({ type: z.string(), at: z.iso.datetime() })),
});
const request = z.strictObject({
  customerId: id,
  lines: z
    .array(orderLine.strict())
    .min(1)
    .max(100)
    .refine((lines) => new Set(lines.map(({ sku }) => sku)).size === lines.length, 'One line for each sku'),
  paymentToken: text(200),
});

const ordersPerPage = 50;

export function orderRoutes(deps: {
  database: Database;
  outbox: Outbox;
  clock: Clock;
  events: EventStore;
  view: OrderView;
  metrics: OrderMetrics;
}): Route[] {
  const { database, outbox, clock, events, view, metrics } = deps;

  return [
    route({
      method: 'post',
      path: '/orders',
      summary: 'Place an order; what becomes of it is told later',
      headers: idempotencyKeyHeader,
      body: request,
      responses: { 202: accepted, 422: undefined },
      handle: ({ headers, body }) =>
        database.transaction((transaction) =>
          onceForKey(transaction, { key: headers['idempotency-key'], body }, async () => {
            const placed = place(uuidv7(), { ...body, lines: body.lines.map(withPrice) }, clock.now());
            await events.append(transaction, placed.events);
            await outbox.append(transaction, placed.events);
            transaction.afterCommit(metrics.placed);
            const { orderId, status, totalCents, currency } = placed.state;
            return { status: 202, body: { orderId, status, totalCents, currency } };
          }),
        ),
    }),
    route({
      method: 'get',
      path: '/orders/:orderId',
      summary: 'One order as its stream tells it, always current',
      params: z.object({ orderId: id }),
      responses: { 200: order, 404: undefined },
      async handle({ params }) {
        const found = fold(await events.stream(database, params.orderId));
        if (!found) throw notFound('There is no such order');
        const { version: _version, ...answer } = found;
        return { status: 200, body: answer };
      },
    }),
    route({
      method: 'get',
      path: '/orders',
      summary: 'The orders of a customer, newest first; a moment behind',
      query: z.object({ customerId: id, after: id.optional().describe('`next` of the page before') }),
      responses: { 200: z.object({ orders: z.array(listed), next: id.optional() }) },
      async handle({ query: { customerId, after } }) {
        const found = await view.list(database, customerId, { after, limit: ordersPerPage + 1 });
        const orders = found.slice(0, ordersPerPage);
        const next = found.length > ordersPerPage ? orders.at(-1)?.orderId : undefined;
        return { status: 200, body: { orders, next } };
      },
    }),
  ];
}

function withPrice(line: { sku: string; quantity: number }): PricedLine {
  const price = unitPriceCents(line.sku);
  if (price === undefined) throw unprocessable(`There is no ${line.sku} in the catalogue`);
  return { ...line, unitPriceCents: price };
}
