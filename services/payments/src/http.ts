import { currency, id, paymentDeclined } from '@tocsin/contracts';
import { type Database, notFound, type Route, route } from '@tocsin/kit';
import { z } from 'zod';
import { chargeStatuses } from './charge.ts';
import type { ChargeStore } from './store.ts';

const charge = z.object({
  orderId: id,
  status: z.enum(chargeStatuses),
  amountCents: z.int().optional(),
  currency: currency.optional(),
  chargeId: z.string().optional(),
  reason: paymentDeclined.schema.shape.reason.optional(),
});

export function chargeRoutes(deps: { database: Database; charges: ChargeStore }): Route[] {
  const { database, charges } = deps;
  return [
    route({
      method: 'get',
      path: '/charges/:orderId',
      summary: "How an order's payment stands",
      params: z.object({ orderId: id }),
      responses: { 200: charge, 404: undefined },
      async handle({ params }) {
        const found = await charges.find(database, params.orderId);
        if (!found) throw notFound('There is no charge for such an order');
        const { orderId, status, order, chargeId, reason } = found;
        const body = {
          orderId,
          status,
          amountCents: order?.amountCents,
          currency: order?.currency,
          chargeId,
          reason,
        };
        return { status: 200, body };
      },
    }),
  ];
}
