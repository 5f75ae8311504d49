import { type CrashReporter, type Log, withTrace } from '@tocsin/kit';
import { chooseErrand, type Mix } from './errand.ts';
import { goShopping, type Journey } from './journey.ts';
import type { Journeys } from './journeys.ts';
import type { JourneyMetrics } from './metrics.ts';
import { createRegulars } from './regulars.ts';
import type { Shop } from './shop.ts';

/** Goes on one journey after the other, each a trace of its own, and keeps account of them. */
export interface Shopper {
  go(signal: AbortSignal): Promise<void>;
  skip(): void;
}

export function createShopper(
  deps: { log: Log; crash: CrashReporter; shop: Shop; metrics: JourneyMetrics; journeys: Journeys },
  options: { mix: Mix; giveUpMs: number },
): Shopper {
  const { log, crash, shop, metrics, journeys } = deps;
  const { mix, giveUpMs } = options;
  const regulars = createRegulars();

  const ended = (journey: Journey) => {
    metrics.ended(journey);
    journeys.add(journey);
    const { outcome, orderId } = journey;
    if (outcome === 'shipped' || outcome === 'cancelled_as_expected') return;
    log.warn({ outcome, order_id: orderId }, 'journey did not end as it should');
  };

  return {
    skip: () => ended({ outcome: 'skipped' }),
    go: (signal) =>
      withTrace('journey', undefined, async () => {
        metrics.started();
        try {
          const journey = await goShopping({ shop, regulars }, chooseErrand(mix), { giveUpMs, signal });
          if (journey) ended(journey);
        } catch (error) {
          crash.report(error, { worker: 'shoppers' });
          ended({ outcome: 'unexpected' });
        } finally {
          metrics.returned();
        }
      }),
  };
}
