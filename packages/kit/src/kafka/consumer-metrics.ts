import { closedErrorType, closedErrorTypes } from '../errors.ts';
import { durationBuckets, type Metrics } from '../metrics.ts';

export interface ConsumerMetrics {
  /** @returns a function that ends the measurement with the kind of error, empty for none. */
  startProcessing(topic: string): (errorType: string) => void;
  /** The oldest record that was read and is not handled yet; undefined, none. */
  waiting(topic: string, partition: number, since: Date | undefined): void;
  /** Partitions that are no longer ours wait for somebody else. */
  assigned(partitions: readonly { topic: string; partition: number }[]): void;
  parked(partitions: number): void;
  retried(error: unknown): void;
  rebalanced(): void;
  crashed(restart: boolean): void;
}

/** Names follow OpenTelemetry's messaging conventions 1.44 (still in development) where they have one. */
export function createConsumerMetrics(
  metrics: Metrics,
  group: string,
  topics: readonly string[],
): ConsumerMetrics {
  const duration = metrics.histogram(
    'messaging_process_duration_seconds',
    'Time that handling a batch of records took, in seconds.',
    ['messaging_consumer_group_name', 'messaging_destination_name', 'error_type'],
    durationBuckets,
  );
  const oldest = metrics.gauge(
    'messaging_oldest_unprocessed_timestamp_seconds',
    'Unix time of the oldest record that was read and is not handled yet; 0 when there is none.',
    ['messaging_consumer_group_name', 'messaging_destination_name'],
  );
  const parked = metrics.gauge(
    'messaging_parked_partitions',
    'Partitions whose first record keeps failing.',
    ['messaging_consumer_group_name'],
  );
  const retries = metrics.counter('messaging_retries_total', 'Batches that failed and will be tried again.', [
    'messaging_consumer_group_name',
    'error_type',
  ]);
  const rebalances = metrics.counter(
    'messaging_rebalances_total',
    'Generations of the group that this member joined, its first one included.',
    ['messaging_consumer_group_name'],
  );
  const crashes = metrics.counter(
    'messaging_consumer_crashes_total',
    'Times that the client gave up consuming.',
    ['messaging_consumer_group_name', 'restart'],
  );
  const ofGroup = { messaging_consumer_group_name: group };
  const waiting = new Map<string, Map<number, number>>(topics.map((topic) => [topic, new Map()]));
  const show = (topic: string) => {
    const times = [...(waiting.get(topic)?.values() ?? [])];
    oldest.set({ ...ofGroup, messaging_destination_name: topic }, times.length > 0 ? Math.min(...times) : 0);
  };

  for (const topic of topics) {
    duration.zero({ ...ofGroup, messaging_destination_name: topic, error_type: '' });
    show(topic);
  }
  parked.set(ofGroup, 0);
  for (const error_type of closedErrorTypes) retries.inc({ ...ofGroup, error_type }, 0);
  rebalances.inc(ofGroup, 0);
  for (const restart of ['true', 'false']) crashes.inc({ ...ofGroup, restart }, 0);

  return {
    startProcessing(topic) {
      const startedAt = performance.now();
      return (error) =>
        duration.observe(
          { ...ofGroup, messaging_destination_name: topic, error_type: error },
          (performance.now() - startedAt) / 1000,
        );
    },
    waiting(topic, partition, since) {
      if (since) waiting.get(topic)?.set(partition, since.getTime() / 1000);
      else waiting.get(topic)?.delete(partition);
      show(topic);
    },
    assigned(partitions) {
      for (const [topic, times] of waiting) {
        const ours = new Set(partitions.filter((each) => each.topic === topic).map((each) => each.partition));
        for (const partition of times.keys()) if (!ours.has(partition)) times.delete(partition);
        show(topic);
      }
    },
    parked: (partitions) => parked.set(ofGroup, partitions),
    retried: (error) => retries.inc({ ...ofGroup, error_type: closedErrorType(error) }),
    rebalanced: () => rebalances.inc(ofGroup),
    crashed: (restart) => crashes.inc({ ...ofGroup, restart: String(restart) }),
  };
}
