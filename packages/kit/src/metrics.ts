import { totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry, Summary } from 'prom-client';

/**
 * Bounds in seconds that OpenTelemetry advises for durations; alert thresholds sit on one of them.
 * https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Bounds in seconds for what waits in queues and for other services. */
export const ageBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Makes metrics in one registry of this process; a part of the code owns each of its metrics. */
export interface Metrics {
  readonly registry: Registry;
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  histogram<L extends string = never>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[],
  ): Histogram<L>;
  /**
   * Exact quantiles of the last minute. They cannot be added up over instances: only for what one process alone sees.
   */
  summary(name: string, help: string, quantiles: readonly number[]): Summary;
}

/**
 * A registry of its own for each process, never the global one. A metric that is asked for twice is the same
 * metric, so that two consumers of one service can share it.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const known = new Map<string, unknown>();
  const once = <M>(name: string, make: () => M): M => {
    if (!known.has(name)) known.set(name, make());
    return known.get(name) as M;
  };
  const registers = [registry];
  return {
    registry,
    counter: (name, help, labels = []) =>
      once(name, () => new Counter({ name, help, labelNames: [...labels], registers })),
    gauge: (name, help, labels = []) =>
      once(name, () => new Gauge({ name, help, labelNames: [...labels], registers })),
    histogram: (name, help, labels, buckets) =>
      once(
        name,
        () => new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
      ),
    summary: (name, help, quantiles) =>
      once(
        name,
        () =>
          new Summary({
            name,
            help,
            percentiles: [...quantiles],
            maxAgeSeconds: 60,
            ageBuckets: 6,
            pruneAgedBuckets: false,
            registers,
          }),
      ),
  };
}

/**
 * How often the delay of the event loop is sampled, and so the least that it can be. prom-client's own 10 ms wake an
 * idle process a hundred times a second, for a third of all the processor time that it takes; how busy the loop is,
 * its utilisation tells at any scale.
 */
const eventLoopSamplingMs = 100;

/** What is measured of every process: prom-client's defaults, event-loop utilisation, memory limit, build info. */
export function addRuntimeMetrics(
  metrics: Metrics,
  build: { service: string; release: string; memoryLimitBytes?: number | undefined },
): void {
  collectDefaultMetrics({ register: metrics.registry, eventLoopMonitoringPrecision: eventLoopSamplingMs });
  let last = performance.eventLoopUtilization();
  const utilization = new Gauge({
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'Share of the time since the last scrape in which the event loop was busy.',
    registers: [metrics.registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
  utilization.set(0);
  const memoryLimitBytes = build.memoryLimitBytes ?? limitOfCgroup();
  if (memoryLimitBytes) {
    metrics
      .gauge('process_memory_limit_bytes', 'Most memory that this process may use, in bytes.')
      .set(memoryLimitBytes);
  }
  metrics
    .gauge('tocsin_build_info', 'Constant 1, labelled with what runs here.', [
      'app',
      'release',
      'node_version',
    ])
    .set({ app: build.service, release: build.release, node_version: process.version }, 1);
}

/** Without a limit Node says 0, or a number that no machine has. */
function limitOfCgroup(): number | undefined {
  const bytes = process.constrainedMemory();
  return bytes > 0 && bytes < totalmem() ? bytes : undefined;
}
