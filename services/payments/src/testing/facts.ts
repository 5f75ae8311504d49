import { orderCancelled, orderPlaced, stockReserved } from '@tocsin/contracts';
import type { PaymentsEvent } from '../charge.ts';

/** The order that tests speak of when they speak of one. */
export const orderId = '01938a3e-1111-7000-8000-000000000001';
const customerId = '01938a3e-1111-7000-8000-000000000002';

const envelope = (key: string) => ({
  id: 'fact',
  key,
  time: new Date('2026-01-01T00:00:00Z'),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
});

export const placed = (paymentToken = 'tok_ok', id = orderId): PaymentsEvent => ({
  ...envelope(id),
  type: orderPlaced.type,
  data: {
    orderId: id,
    version: 1,
    customerId,
    lines: [{ sku: 'mug', quantity: 2, unitPriceCents: 950 }],
    totalCents: 1900,
    currency: 'EUR',
    paymentToken,
  },
});

export const reserved = (id = orderId): PaymentsEvent => ({
  ...envelope(id),
  type: stockReserved.type,
  data: { orderId: id, lines: [{ sku: 'mug', quantity: 2 }] },
});

export const cancelled = (id = orderId): PaymentsEvent => ({
  ...envelope(id),
  type: orderCancelled.type,
  data: { orderId: id, version: 2, customerId, reason: 'no_address' },
});
