import { address, id, orderLine } from '@tocsin/contracts';
import { type Database, notFound, type Route, route } from '@tocsin/kit';
import { z } from 'zod';
import type { ShippingStore } from './store.ts';

const shipment = z.object({
  orderId: id,
  customerId: id,
  shipmentId: id,
  status: z.enum(['waiting', 'dispatched', 'failed']),
  lines: z.array(orderLine),
  address: address.nullable().describe('Where it went; null before that, and once the customer is erased'),
  trackingNumber: z.string().nullable(),
  reason: z.enum(['no_address', 'customer_erased']).nullable(),
  requestedAt: z.iso.datetime(),
});

export function shipmentRoutes(deps: { database: Database; shipping: ShippingStore }): Route[] {
  return [
    route({
      method: 'get',
      path: '/shipments/:orderId',
      summary: 'The shipment of one order',
      params: z.object({ orderId: id }),
      responses: { 200: shipment, 404: undefined },
      async handle({ params }) {
        const found = await deps.shipping.find(deps.database, params.orderId);
        if (!found) throw notFound('No shipment was asked for by this order');
        return { status: 200, body: found };
      },
    }),
  ];
}
