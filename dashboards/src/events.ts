import { dashboard } from './dashboard.ts';
import { badBelow, rings, ringsBelow, ringsFrom } from './limits.ts';
import { bigNumber, graph } from './panels.ts';

const healthy = [
  bigNumber({
    title: 'Services that reach Kafka',
    description:
      '100 % is good. Otherwise the broker is away, or the network to it: services answer 503 where they must and catch up by themselves.',
    width: 4,
    unit: 'percentunit',
    limits: badBelow(1),
    expr: 'avg(kafka_reachable{namespace="$namespace"})',
  }),
  bigNumber({
    title: 'Oldest event not handled',
    description:
      'Age of the oldest event that a consumer has read and not handled. Below a second is good. The alert rings when nothing has moved for a minute; see who, below.',
    width: 4,
    unit: 's',
    limits: ringsFrom(60, 'ConsumerStalled'),
    expr: 'max(time() - (messaging_oldest_unprocessed_timestamp_seconds{namespace="$namespace"} > 0)) or vector(0)',
  }),
  bigNumber({
    title: 'Oldest event not published',
    description:
      'Age of the oldest event that is committed in an outbox and not yet with Kafka. Below a second is good. When it grows, see whether Kafka is reached.',
    width: 4,
    unit: 's',
    limits: rings('OutboxStalled'),
    expr: 'max(service:outbox_oldest_unpublished_age_seconds:max{namespace="$namespace"}) or vector(0)',
  }),
  bigNumber({
    title: 'Parked partitions',
    description:
      '0 is good. A parked partition waits for its first event to succeed and is tried every 15 s. The log of the service says which and why.',
    width: 4,
    unit: 'short',
    limits: ringsFrom(1, 'PartitionParked'),
    expr: 'sum(messaging_parked_partitions{namespace="$namespace"})',
  }),
  bigNumber({
    title: 'Dead letters',
    description:
      'Events put aside as unreadable or failing for good, in the time shown. 0 is good. Repair the cause, then replay them.',
    width: 4,
    unit: 'short',
    decimals: 0,
    limits: ringsFrom(1, 'DeadLettersArriving'),
    expr: 'sum(increase(messaging_client_consumed_messages_total{namespace="$namespace", outcome="dead_lettered"}[$__range]))',
  }),
  bigNumber({
    title: 'Set aside in outboxes',
    description:
      'Events that Kafka refuses for good, kept for people. 0 is good. The table outbox_set_aside has each with its error.',
    width: 4,
    unit: 'short',
    limits: ringsFrom(1, 'OutboxRowSetAside'),
    // Each instance of a service tells of the same table.
    expr: 'sum(max by (service) (outbox_set_aside_messages{namespace="$namespace"}))',
  }),
];

const published = [
  graph({
    title: 'Published by topic',
    description: 'Events that Kafka has acknowledged. The topics of one saga rise and fall together.',
    width: 8,
    unit: 'mps',
    queries: [
      {
        expr: `sum by (messaging_destination_name) (
  rate(messaging_client_sent_messages_total{namespace="$namespace"}[$__rate_interval])
)`,
        legend: '{{messaging_destination_name}}',
      },
    ],
  }),
  graph({
    title: 'Slowest sends, p99',
    description:
      'One send to Kafka in a hundred took longer, by service. Tens of milliseconds are good. All slow is the broker: its disk, or its processor.',
    width: 8,
    unit: 's',
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le, service) (
  rate(messaging_client_operation_duration_seconds_bucket{namespace="$namespace"}[$__rate_interval])
)) > 0`,
        legend: '{{service}}',
      },
    ],
  }),
  graph({
    title: 'Waiting in outboxes',
    description:
      'Events committed and not yet published. A few that come and go are good. A line that only rises is a relay that cannot send.',
    width: 8,
    unit: 'short',
    queries: [
      {
        expr: 'max by (service) (outbox_unpublished_messages{namespace="$namespace"})',
        legend: '{{service}}',
      },
    ],
  }),
];

const handled = [
  graph({
    title: 'Handled by consumer group',
    description:
      'Events dealt with for the first time. A group at 0 while its topics are busy does not consume.',
    width: 8,
    unit: 'mps',
    queries: [
      {
        expr: `sum by (messaging_consumer_group_name) (
  rate(messaging_client_consumed_messages_total{namespace="$namespace", outcome="handled"}[$__rate_interval])
)`,
        legend: '{{messaging_consumer_group_name}}',
      },
    ],
  }),
  graph({
    title: 'Age when handled, p90',
    description:
      'One event in ten was older when it was handled. Below a tenth of a second is good. It is the lag in seconds of those events that do get through.',
    width: 8,
    unit: 's',
    limits: rings('ConsumerFallingBehind'),
    queries: [
      {
        expr: 'group:messaging_record_age_seconds:p90_1m{namespace="$namespace"}',
        legend: '{{messaging_consumer_group_name}}',
      },
    ],
  }),
  graph({
    title: 'Age of the oldest not handled',
    description:
      'Grows by a second each second while a consumer is stuck, when nothing else says so. Near 0 is good.',
    width: 8,
    unit: 's',
    limits: ringsFrom(60, 'ConsumerStalled'),
    queries: [
      {
        expr: `max by (messaging_consumer_group_name, messaging_destination_name) (
  time() - (messaging_oldest_unprocessed_timestamp_seconds{namespace="$namespace"} > 0)
  or 0 * messaging_oldest_unprocessed_timestamp_seconds{namespace="$namespace"}
)`,
        legend: '{{messaging_consumer_group_name}} ← {{messaging_destination_name}}',
      },
    ],
  }),
];

const groups = [
  graph({
    title: 'Members of each group',
    description:
      'As the broker sees them, each 15 s. As many as there are instances is good. With none nobody handles what waits.',
    width: 6,
    unit: 'short',
    limits: ringsBelow(1, 'ConsumerGroupEmpty'),
    queries: [
      {
        expr: 'max by (messaging_consumer_group_name) (messaging_group_members{namespace="$namespace"})',
        legend: '{{messaging_consumer_group_name}}',
      },
    ],
  }),
  graph({
    title: 'Events that wait for each group',
    description:
      'As the broker sees them, each 15 s: also for who is dead. A few that come and go are good. What only rises is not handled.',
    width: 6,
    unit: 'short',
    queries: [
      {
        expr: 'sum by (messaging_consumer_group_name) (messaging_group_lag_messages{namespace="$namespace"})',
        legend: '{{messaging_consumer_group_name}}',
      },
    ],
  }),
  graph({
    title: 'Until retention overtakes a group',
    description:
      'Time until Kafka deletes what the group has not read; a week stands for a week and more. What is deleted unread is lost.',
    width: 6,
    unit: 's',
    limits: ringsBelow(86_400, 'RetentionOvertaking'),
    queries: [
      {
        expr: `min by (messaging_consumer_group_name) (
  clamp_max(messaging_group_retention_left_seconds{namespace="$namespace"}, 604800)
)`,
        legend: '{{messaging_consumer_group_name}}',
      },
    ],
  }),
  graph({
    title: 'Joins of a member, in ten minutes',
    description:
      'How often partitions were shared out anew. Two for each neighbour that a release replaces are good; steady ones are members that come and go.',
    width: 6,
    unit: 'short',
    limits: rings('RebalanceStorm'),
    queries: [
      {
        expr: 'group:messaging_rebalances:increase10m{namespace="$namespace"}',
        legend: '{{messaging_consumer_group_name}}',
      },
    ],
  }),
];

const obstacles = [
  graph({
    title: 'Handlings that fail',
    description:
      'Share of the last minute’s tries that failed by the event or the code. 0 is good. A type that fails steadily is parked or ends in dead letters; its log says why.',
    width: 8,
    unit: 'percentunit',
    limits: rings('HandlingsFailing'),
    queries: [
      {
        expr: `max by (messaging_consumer_group_name, event_type) (
  event_type:messaging_handling_failures_per_try:ratio_increase1m{namespace="$namespace"}
)`,
        legend: '{{messaging_consumer_group_name}} {{event_type}}',
      },
    ],
  }),
  graph({
    title: 'Retries and crashed consumers',
    description:
      'In the last five minutes, by service. 0 is good. Retries come from what is away for the moment; a crash is logged with its cause.',
    width: 8,
    unit: 'short',
    queries: [
      {
        expr: `sum by (service) (increase(messaging_retries_total{namespace="$namespace"}[5m]))
or 0 * sum by (service) (messaging_parked_partitions{namespace="$namespace"})`,
        legend: 'retries {{service}}',
      },
      {
        expr: 'sum by (service) (increase(messaging_consumer_crashes_total{namespace="$namespace"}[5m]))',
        legend: 'crashes {{service}}',
      },
    ],
  }),
  graph({
    title: 'Slowest batches, p99',
    description:
      'Time that handling a batch takes, by consumer group. Tens of milliseconds are good. Slow batches are slow queries: see the database.',
    width: 8,
    unit: 's',
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le, messaging_consumer_group_name) (
  rate(messaging_process_duration_seconds_bucket{namespace="$namespace"}[$__rate_interval])
)) > 0`,
        legend: '{{messaging_consumer_group_name}}',
      },
    ],
  }),
];

export const events = dashboard({
  uid: 'tocsin-events',
  title: 'Events',
  description:
    'Do events get from the outbox through Kafka to their readers, how old are they then, and what stands in the way?',
  source: 'events.ts',
  rows: [
    { title: 'Are events moving?', panels: healthy },
    { title: 'Where: outbox to Kafka', panels: published },
    { title: 'Where: Kafka to consumers', panels: handled },
    { title: 'Where: consumer groups', panels: groups },
    { title: 'Why: what stands in the way', panels: obstacles },
  ],
});
