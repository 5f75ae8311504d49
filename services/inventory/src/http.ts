import { id, orderLine, sku } from '@tocsin/contracts';
import { type Database, notFound, type Route, route } from '@tocsin/kit';
import { z } from 'zod';
import type { InventoryStore } from './store.ts';

const level = z.object({ sku, available: z.int().nonnegative(), reserved: z.int().nonnegative() });
const reservation = z.object({
  orderId: id,
  status: z.enum(['reserved', 'rejected', 'released']),
  lines: z.array(orderLine),
});

export function inventoryRoutes(deps: { database: Database; inventory: InventoryStore }): Route[] {
  const { database, inventory } = deps;

  return [
    route({
      method: 'get',
      path: '/stock',
      summary: 'The stock of every sku',
      responses: { 200: z.object({ stock: z.array(level) }) },
      handle: async () => ({ status: 200, body: { stock: await inventory.listStock(database) } }),
    }),
    route({
      method: 'post',
      path: '/stock/:sku',
      summary: 'Add units of a sku, known or new',
      params: z.object({ sku }),
      body: z.strictObject({ quantity: z.int().min(1).max(1_000_000) }),
      responses: { 200: level },
      handle: async ({ params, body }) => ({
        status: 200,
        body: await inventory.addStock(database, params.sku, body.quantity),
      }),
    }),
    route({
      method: 'get',
      path: '/reservations/:orderId',
      summary: 'What became of one order',
      params: z.object({ orderId: id }),
      responses: { 200: reservation, 404: undefined },
      async handle({ params }) {
        const found = await inventory.findReservation(database, params.orderId);
        if (!found) throw notFound('Nothing was heard of this order');
        return { status: 200, body: found };
      },
    }),
  ];
}
