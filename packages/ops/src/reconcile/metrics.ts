import { createMetrics, createMetricsPusher, type GroupView, type MetricsPusher } from '@tocsin/kit';
import { mismatchKinds, type Report } from './judge.ts';

/** What a run has found, ready to be pushed. Two sets: while one cannot be made, the other is still told. */
export interface ReconcileMetrics {
  judged(report: Report, at: Date): Promise<void>;
  groupsRead(groups: readonly GroupView[], at: Date): Promise<void>;
}

export function createReconcileMetrics(to: { url: string; namespace: string }): ReconcileMetrics {
  const { url, namespace } = to;
  const set = () => {
    const metrics = createMetrics();
    const groupings = { namespace, service: 'reconcile' };
    return { metrics, pusher: createMetricsPusher(metrics, { url, jobName: 'reconcile', groupings }) };
  };
  const [judgement, broker] = [set(), set()];
  return { judged: judgementMetrics(judgement), groupsRead: brokerMetrics(broker) };
}

interface Pushed {
  metrics: ReturnType<typeof createMetrics>;
  pusher: MetricsPusher;
}

function judgementMetrics({ metrics, pusher }: Pushed): ReconcileMetrics['judged'] {
  const lastSuccess = metrics.gauge(
    'reconcile_last_success_timestamp_seconds',
    'Unix time at which the last run of reconcile ended that could read the topics and the ledger.',
  );
  const ordersJudged = metrics.gauge(
    'reconcile_orders_judged',
    'Orders that the last run of reconcile has judged.',
  );
  const mismatches = metrics.gauge(
    'reconcile_mismatches',
    'Orders for which topics and ledger do not add up, by what is wrong with them.',
    ['kind'],
  );
  const unreadable = metrics.gauge(
    'reconcile_unreadable_records',
    'Records of the topics that reconcile could not read since it was started.',
  );
  return async (report, at) => {
    lastSuccess.set(at.getTime() / 1000);
    ordersJudged.set(report.judged);
    unreadable.set(report.unreadable);
    for (const kind of mismatchKinds) {
      const orders = new Set(report.mismatches.filter((one) => one.kind === kind).map((one) => one.orderId));
      mismatches.set({ kind }, orders.size);
    }
    await pusher.push();
  };
}

const ofPartition = [
  'messaging_consumer_group_name',
  'messaging_destination_name',
  'messaging_destination_partition_id',
] as const;

function brokerMetrics({ metrics, pusher }: Pushed): ReconcileMetrics['groupsRead'] {
  const lastRead = metrics.gauge(
    'reconcile_groups_read_timestamp_seconds',
    'Unix time at which the consumer groups were last read from the broker.',
  );
  const members = metrics.gauge(
    'messaging_group_members',
    'Members of a consumer group, as the broker sees it.',
    ['messaging_consumer_group_name'],
  );
  const lag = metrics.gauge(
    'messaging_group_lag_messages',
    'Records of a partition that a consumer group has not committed yet.',
    ofPartition,
  );
  const committed = metrics.gauge(
    'messaging_group_committed_offset_messages',
    'Offset that a consumer group has committed in a partition, 0 if none.',
    ofPartition,
  );
  const oldest = metrics.gauge(
    'messaging_group_oldest_unread_timestamp_seconds',
    'Unix time at which the oldest record was published that a consumer group has not committed, 0 if none waits.',
    ofPartition,
  );
  const retention = metrics.gauge(
    'messaging_group_retention_left_seconds',
    'Time until retention deletes the oldest record that a consumer group has not committed, in seconds.',
    ofPartition,
  );
  return async (groups, at) => {
    lastRead.set(at.getTime() / 1000);
    // Of a group that is gone nothing is left: the gateway takes each of these anew.
    for (const gauge of [members, lag, committed, oldest, retention]) gauge.reset();
    for (const { group, members: count, partitions } of groups) {
      members.set({ messaging_consumer_group_name: group }, count);
      for (const view of partitions) {
        const labels = {
          messaging_consumer_group_name: group,
          messaging_destination_name: view.topic,
          messaging_destination_partition_id: String(view.partition),
        };
        lag.set(labels, view.lag);
        committed.set(labels, view.committedOffset);
        oldest.set(labels, (view.oldestUnreadAt?.getTime() ?? 0) / 1000);
        retention.set(labels, view.retentionLeftMs / 1000);
      }
    }
    await pusher.push();
  };
}
