import type { Metrics } from '@tocsin/kit';
import type { Reservation } from './reservation.ts';

export interface ReservationMetrics {
  decided(outcome: Reservation['status']): void;
}

export function createReservationMetrics(metrics: Metrics): ReservationMetrics {
  const reservations = metrics.counter(
    'inventory_reservations_total',
    'Decisions about orders: stock reserved, rejected for want of stock, or released again.',
    ['outcome'],
  );
  for (const outcome of ['reserved', 'rejected', 'released'] as const) reservations.inc({ outcome }, 0);
  return { decided: (outcome) => reservations.inc({ outcome }) };
}
