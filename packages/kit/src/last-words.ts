import { Pushgateway } from 'prom-client';
import { errorType } from './errors.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { withinBudget } from './within-budget.ts';

/**
 * What a process says in its last second: nobody scrapes it any more, so it pushes. None of these ever fails, and none
 * takes longer than `lastWordsBudgetMs`: a Pushgateway that is away holds up no exit.
 */
export interface LastWords {
  /** Steps of the shutdown were cut at their budgets. */
  overran(steps: readonly string[]): Promise<void>;
  /** The process dies of this. */
  crashed(error: unknown): Promise<void>;
}

export const lastWordsBudgetMs = 1000;

interface LastWordsOptions {
  /** Of the Pushgateway; none, nothing is said. */
  readonly url: string | undefined;
  /** The same labels as a scrape of this process gives, asked for in the end. */
  readonly labels: () => { readonly namespace: string; readonly service: string; readonly instance: string };
}

export function createLastWords({ log }: { log: Log }, { url, labels }: LastWordsOptions): LastWords {
  const say = async ({ registry }: Metrics) => {
    if (!url) return;
    const gateway = new Pushgateway(url, { timeout: lastWordsBudgetMs }, registry);
    const pushed = gateway.pushAdd({ jobName: 'last-words', groupings: labels() });
    try {
      await withinBudget('The push', lastWordsBudgetMs, pushed);
    } catch (err) {
      const [metric] = registry.getMetricsAsArray();
      log.warn({ err, metric: metric?.name }, 'last words were not heard');
    }
  };
  return {
    async overran(steps) {
      if (steps.length === 0) return;
      const metrics = createMetrics();
      const gauge = metrics.gauge(
        'kit_shutdown_overran_timestamp_seconds',
        'Unix time at which a step of the shutdown was cut at its budget.',
        ['step'],
      );
      for (const step of steps) gauge.set({ step }, Date.now() / 1000);
      await say(metrics);
    },
    async crashed(error) {
      const metrics = createMetrics();
      const gauge = metrics.gauge(
        'kit_crash_timestamp_seconds',
        'Unix time at which the process died of an error that nobody caught.',
        ['error_type'],
      );
      gauge.set({ error_type: errorType(error) }, Date.now() / 1000);
      await say(metrics);
    },
  };
}
