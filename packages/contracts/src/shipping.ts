import { z } from 'zod';
import { defineEvent, defineTopic } from './define.ts';
import { id } from './primitives.ts';

export const shippingEvents = defineTopic('shipping.events');

export const shipmentDispatched = defineEvent(
  'shipment.dispatched.v1',
  shippingEvents,
  'orderId',
  z.object({ orderId: id, shipmentId: id, trackingNumber: z.string() }),
);
export const shipmentFailed = defineEvent(
  'shipment.failed.v1',
  shippingEvents,
  'orderId',
  z.object({ orderId: id, reason: z.enum(['no_address', 'customer_erased']) }),
);
