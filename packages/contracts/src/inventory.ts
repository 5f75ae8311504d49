import { z } from 'zod';
import { defineEvent, defineTopic } from './define.ts';
import { id, orderLine, sku } from './primitives.ts';

export const inventoryEvents = defineTopic('inventory.events');

export const stockReserved = defineEvent(
  'stock.reserved.v1',
  inventoryEvents,
  'orderId',
  z.object({ orderId: id, lines: z.array(orderLine) }),
);
export const stockRejected = defineEvent(
  'stock.rejected.v1',
  inventoryEvents,
  'orderId',
  z.object({ orderId: id, missing: z.array(sku) }),
);
export const stockReleased = defineEvent(
  'stock.released.v1',
  inventoryEvents,
  'orderId',
  z.object({ orderId: id, lines: z.array(orderLine) }),
);
