import { dashboard } from './dashboard.ts';
import { lookFrom, rings, ringsBelow, ringsFrom } from './limits.ts';
import { bigNumber, graph } from './panels.ts';

const healthy = [
  bigNumber({
    title: 'Services that reach Kafka',
    description: '100 % is good. At half or less the alert rings; see its runbook before anything else.',
    width: 4,
    unit: 'percentunit',
    limits: ringsBelow(0.51, 'KafkaUnreachable'),
    expr: 'namespace:kafka_reachable:ratio{namespace="$namespace"}',
  }),
  bigNumber({
    title: 'Services that reach Postgres',
    description: '100 % is good. At half or less the alert rings; see its runbook before anything else.',
    width: 4,
    unit: 'percentunit',
    limits: ringsBelow(0.51, 'PostgresDown'),
    expr: 'namespace:postgres_reachable:ratio{namespace="$namespace"}',
  }),
  bigNumber({
    title: 'Partitions that lack a copy',
    description:
      '0 is good. Otherwise a broker is away or behind; see which brokers answer, below, and restart no other.',
    width: 4,
    unit: 'short',
    limits: ringsFrom(1, 'KafkaUnderReplicated'),
    expr: 'service:kafka_under_replicated_partitions:sum{namespace="$namespace"}',
  }),
  bigNumber({
    title: 'Active controllers',
    description: '1 is good. With 0 no leader can be elected: more than half of the voters must be up.',
    width: 4,
    unit: 'short',
    limits: ringsBelow(1, 'KafkaWithoutController'),
    expr: 'service:kafka_active_controllers:sum{namespace="$namespace"}',
  }),
  bigNumber({
    title: 'Connections of Postgres',
    description: 'Share of those that it allows. Below a half is good. Otherwise see whose they are, below.',
    width: 4,
    unit: 'percentunit',
    limits: rings('PostgresConnectionsNearLimit'),
    expr: 'max(service:postgres_connections_used:ratio{namespace="$namespace"})',
  }),
  bigNumber({
    title: 'Oldest transaction',
    description:
      'Milliseconds are good. Minutes are a client that forgot to end what it began, or a migration; its runbook says how to find it.',
    width: 4,
    unit: 's',
    limits: ringsFrom(300, 'PostgresLongTransaction'),
    expr: 'max(database:postgres_oldest_transaction_seconds:max{namespace="$namespace"})',
  }),
];

const kafka = [
  graph({
    title: 'Brokers that answer',
    description: 'All of them, all the time, is good. A gap is a broker that was away.',
    width: 8,
    unit: 'short',
    queries: [{ expr: 'sum(up{job="kafka", namespace="$namespace"})', legend: 'brokers' }],
  }),
  graph({
    title: 'Written and read',
    description:
      'Bytes a second, of all brokers. What is read follows what is written, as many times as there are groups that read it.',
    width: 8,
    unit: 'bytes',
    queries: [
      {
        expr: 'sum(rate(kafka_server_bytesin_total{namespace="$namespace"}[$__rate_interval]))',
        legend: 'written',
      },
      {
        expr: 'sum(rate(kafka_server_bytesout_total{namespace="$namespace"}[$__rate_interval]))',
        legend: 'read',
      },
    ],
  }),
  graph({
    title: 'Busy threads of the brokers',
    description:
      'Share of the time in which those that handle requests were not idle, by broker. Below a half is good; above 70 % it has none to spare.',
    width: 8,
    unit: 'percentunit',
    limits: lookFrom(0.7),
    queries: [
      {
        expr: '1 - kafka_server_request_handler_idle_ratio{namespace="$namespace"}',
        legend: '{{instance}}',
      },
    ],
  }),
];

const postgres = [
  graph({
    title: 'Connections by database',
    description: 'Each service has its own database. One that rises alone has too many instances, or a leak.',
    width: 12,
    unit: 'short',
    queries: [
      {
        expr: 'sum by (datname) (pg_stat_database_numbackends{namespace="$namespace"})',
        legend: '{{datname}}',
      },
    ],
  }),
  graph({
    title: 'Oldest transaction by database',
    description:
      'Near 0 is good. A line that rises by a second each second holds its locks all the while; the alert rings at the dashes.',
    width: 12,
    unit: 's',
    limits: ringsFrom(300, 'PostgresLongTransaction'),
    queries: [
      {
        expr: 'database:postgres_oldest_transaction_seconds:max{namespace="$namespace"}',
        legend: '{{datname}}',
      },
    ],
  }),
];

const around = [
  graph({
    title: 'Disks in use',
    description:
      'Of a volume’s quota on a laptop, of the disks of the nodes in a cluster. A line that only rises reaches the alert one day: give it space before.',
    width: 12,
    unit: 'percentunit',
    limits: rings('DiskFilling'),
    // Nodes have a namespace of their own.
    queries: [{ expr: 'max by (service) (service:disk_used:ratio)', legend: '{{service}}' }],
  }),
  graph({
    title: 'Until certificates expire',
    description:
      'As a caller sees them, by address. Saw teeth that never come near the alert, at 14 days, are good. Empty where no TLS listener is probed.',
    width: 12,
    unit: 's',
    limits: ringsBelow(14 * 86_400, 'CertificateExpiring'),
    queries: [
      {
        expr: '86400 * instance:certificate_left_days:min{namespace="$namespace"}',
        legend: '{{instance}}',
      },
    ],
  }),
];

export const backing = dashboard({
  uid: 'tocsin-backing',
  title: 'Backing',
  description: 'Are Kafka, Postgres, disks and certificates as the services need them?',
  source: 'backing.ts',
  rows: [
    { title: 'Is it there?', panels: healthy },
    { title: 'Kafka', panels: kafka },
    { title: 'Postgres', panels: postgres },
    { title: 'Disks and certificates', panels: around },
  ],
});
