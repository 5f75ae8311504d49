import { Pushgateway } from 'prom-client';
import type { Metrics } from './metrics.ts';

export interface MetricsPusher {
  /**
   * Sends every metric as it is now. Metrics of the same job and labels stay where they are, unless they have the same
   * name.
   * @throws when the gateway does not take them.
   */
  push(): Promise<void>;
}

const timeoutMs = 5000;

/** For tasks that nobody can scrape. A Pushgateway keeps what it was told, so that a time of the last success tells. */
export function createMetricsPusher(
  { registry }: Metrics,
  to: { url: string; jobName: string; groupings: Readonly<Record<string, string>> },
): MetricsPusher {
  const { url, jobName, groupings } = to;
  const gateway = new Pushgateway(url, { timeout: timeoutMs }, registry);
  return { push: async () => void (await gateway.pushAdd({ jobName, groupings })) };
}
