import { type CancelReason, cancelReason } from '@tocsin/contracts';
import { ageBuckets, type Metrics } from '@tocsin/kit';

export type Outcome = 'shipped' | CancelReason;

export interface OrderMetrics {
  placed(): void;
  /** @param seconds from placed to the end. */
  finished(outcome: Outcome, seconds: number): void;
}

export function createOrderMetrics(metrics: Metrics): OrderMetrics {
  const placed = metrics.counter('orders_placed_total', 'Orders that were accepted.');
  const finished = metrics.counter(
    'orders_finished_total',
    'Orders that came to their end: shipped, or the reason why they were cancelled.',
    ['outcome'],
  );
  const duration = metrics.histogram(
    'order_fulfilment_duration_seconds',
    'Time from an order being placed to its end, in seconds.',
    ['outcome'],
    ageBuckets,
  );
  for (const outcome of ['shipped', ...cancelReason.options]) {
    finished.inc({ outcome }, 0);
    duration.zero({ outcome });
  }
  return {
    placed: () => placed.inc(),
    finished(outcome, seconds) {
      finished.inc({ outcome });
      duration.observe({ outcome }, seconds);
    },
  };
}
