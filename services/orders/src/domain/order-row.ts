import { type CancelReason, orderCancelled, orderPlaced } from '@tocsin/contracts';
import { type OrderEvent, type OrderStatus, statusAfter } from './order-event.ts';

/** An order in the list. What order.placed tells is null until that event has come. */
export interface OrderRow {
  readonly orderId: string;
  /** Of the newest event that it shows. */
  readonly version: number;
  readonly status: OrderStatus;
  readonly reason: CancelReason | null;
  readonly customerId: string | null;
  readonly totalCents: number | null;
  readonly currency: 'EUR' | null;
  readonly placedAt: Date | null;
}

/**
 * The row after an event. An older event changes no status, but order.placed always brings what it alone knows, so
 * that events in any order, and again, make the same row.
 */
export function project(row: OrderRow | undefined, event: OrderEvent): OrderRow {
  const { orderId, version } = event.data;
  const before = row ?? untold(orderId);
  return {
    ...before,
    ...(version > before.version && { version, status: statusAfter[event.type] }),
    ...(event.type === orderCancelled.type && { reason: event.data.reason }),
    ...(event.type === orderPlaced.type && detailsOf(event)),
  };
}

const untold = (orderId: string): OrderRow => ({
  orderId,
  version: 0,
  status: 'placed',
  reason: null,
  customerId: null,
  totalCents: null,
  currency: null,
  placedAt: null,
});

function detailsOf({ data, time }: Extract<OrderEvent, { type: typeof orderPlaced.type }>) {
  const { customerId, totalCents, currency } = data;
  return { customerId, totalCents, currency, placedAt: time };
}
