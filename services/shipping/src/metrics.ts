import type { Metrics } from '@tocsin/kit';
import type { Shipment } from './shipment.ts';

export interface ShipmentMetrics {
  became(outcome: Shipment['status'] | NonNullable<Shipment['reason']>): void;
  waiting(shipments: number): void;
}

export function createShipmentMetrics(metrics: Metrics): ShipmentMetrics {
  const shipments = metrics.counter(
    'shipping_shipments_total',
    'Shipments dispatched, failed (no_address, customer_erased), or at first waiting for an address.',
    ['outcome'],
  );
  const waiting = metrics.gauge(
    'shipping_shipments_waiting',
    'Shipments that wait for the address of their customer now.',
  );
  for (const outcome of ['waiting', 'dispatched', 'no_address', 'customer_erased'] as const) {
    shipments.inc({ outcome }, 0);
  }
  waiting.set(0);
  return { became: (outcome) => shipments.inc({ outcome }), waiting: (count) => waiting.set(count) };
}
