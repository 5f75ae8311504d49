import type { Metrics } from '../metrics.ts';
import type { Database } from './pool.ts';

const measureEveryMs = 2000;

export interface RelayMetrics {
  /** Counts what waits, at most every few seconds. */
  measure(database: Database): Promise<void>;
  setAside(): void;
}

export function createRelayMetrics(metrics: Metrics): RelayMetrics {
  const depth = metrics.gauge(
    'outbox_unpublished_messages',
    'Events that are committed and not yet published.',
  );
  const oldest = metrics.gauge(
    'outbox_oldest_unpublished_timestamp_seconds',
    'Unix time of the oldest event that is committed and not yet published; 0 when there is none.',
  );
  const aside = metrics.gauge(
    'outbox_set_aside_messages',
    'Events that Kafka refuses for good, kept for people.',
  );
  const setAside = metrics.counter(
    'outbox_set_aside_total',
    'Events that were set aside because Kafka refused them.',
  );
  depth.set(0);
  oldest.set(0);
  aside.set(0);
  let measuredAt = 0;

  return {
    async measure(database) {
      if (Date.now() - measuredAt < measureEveryMs) return;
      measuredAt = Date.now();
      const [row] = await database.query<{ depth: number; oldest: number; aside: number }>(
        `select count(*) as depth, coalesce(extract(epoch from min(created_at)), 0)::float8 as oldest,
           (select count(*) from outbox_set_aside) as aside
         from outbox`,
      );
      if (!row) return;
      depth.set(row.depth);
      oldest.set(row.oldest);
      aside.set(row.aside);
    },
    setAside: () => setAside.inc(),
  };
}
