import { z } from 'zod';
import { defineEvent, defineTopic } from './define.ts';
import { cents, currency, id, orderLine } from './primitives.ts';

export const paymentsEvents = defineTopic('payments.events');

export const paymentAuthorized = defineEvent(
  'payment.authorized.v1',
  paymentsEvents,
  'orderId',
  z.object({
    orderId: id,
    customerId: id,
    chargeId: z.string(),
    amountCents: cents,
    currency,
    lines: z.array(orderLine),
  }),
);
export const paymentDeclined = defineEvent(
  'payment.declined.v1',
  paymentsEvents,
  'orderId',
  z.object({ orderId: id, reason: z.enum(['payment_declined', 'party_unavailable']) }),
);
export const paymentRefunded = defineEvent(
  'payment.refunded.v1',
  paymentsEvents,
  'orderId',
  z.object({ orderId: id, chargeId: z.string(), amountCents: cents, currency }),
);
