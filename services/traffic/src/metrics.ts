import { durationBuckets, type Metrics } from '@tocsin/kit';
import { type Journey, outcomes } from './journey.ts';

export interface JourneyMetrics {
  started(): void;
  /** Back from it, however it ended. */
  returned(): void;
  ended(journey: Journey): void;
}

export function createJourneyMetrics(metrics: Metrics): JourneyMetrics {
  const journeys = metrics.counter(
    'journey_total',
    'Journeys of shoppers by how they ended; skipped ones were not begun, as too many were under way.',
    ['outcome'],
  );
  const shipped = metrics.histogram(
    'journey_shipped_duration_seconds',
    'Time from sending an order to seeing it shipped, in seconds, as the shopper sees it.',
    [],
    [...durationBuckets, 30],
  );
  // There is one shop front that shoppers come from, so exact quantiles lose nothing here.
  const lately = metrics.summary(
    'journey_shipped_recent_seconds',
    'Time from sending an order to seeing it shipped, in seconds: quantiles of the last minute.',
    [0.5, 0.95, 0.99],
  );
  const inFlight = metrics.gauge('journey_in_flight', 'Shoppers who are under way.');
  for (const outcome of outcomes) journeys.inc({ outcome }, 0);
  return {
    started: () => inFlight.inc(),
    returned: () => inFlight.dec(),
    ended({ outcome, shippedAfterMs }) {
      journeys.inc({ outcome });
      if (shippedAfterMs === undefined) return;
      shipped.observe(shippedAfterMs / 1000);
      lately.observe(shippedAfterMs / 1000);
    },
  };
}
