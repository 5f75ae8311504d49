import { z } from 'zod';
import { defineEvent, defineTopic } from './define.ts';
import { cents, currency, id, pricedLine } from './primitives.ts';

export const ordersEvents = defineTopic('orders.events');

/** Why an order was cancelled; each is one branch of the saga. */
export const cancelReason = z.enum([
  'out_of_stock',
  'payment_declined',
  'party_unavailable',
  'no_address',
  'customer_erased',
]);
export type CancelReason = z.output<typeof cancelReason>;

/** Place of the event in its order's stream, from 1: readers of state ignore what is not newer. */
const version = z.int().positive();

export const orderPlaced = defineEvent(
  'order.placed.v1',
  ordersEvents,
  'orderId',
  z.object({
    orderId: id,
    version,
    customerId: id,
    lines: z.array(pricedLine).min(1),
    totalCents: cents,
    currency,
    paymentToken: z.string(),
  }),
);
export const orderConfirmed = defineEvent(
  'order.confirmed.v1',
  ordersEvents,
  'orderId',
  z.object({ orderId: id, version }),
);
export const orderShipped = defineEvent(
  'order.shipped.v1',
  ordersEvents,
  'orderId',
  z.object({ orderId: id, version, customerId: id, trackingNumber: z.string() }),
);
export const orderCancelled = defineEvent(
  'order.cancelled.v1',
  ordersEvents,
  'orderId',
  z.object({ orderId: id, version, customerId: id, reason: cancelReason }),
);
