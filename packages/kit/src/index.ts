export type { Health } from './admin/health.ts';
export { type Clock, systemClock } from './clock.ts';
export { baseConfig, kafkaConfig, postgresConfig, readConfig } from './config.ts';
export type { CrashReporter } from './crash.ts';
export { conflict, errorType, invalid, KitError, notFound, unavailable, unprocessable } from './errors.ts';
export type { FaultSetting } from './faults/faults.ts';
export { createHttpClient, type HttpClient } from './http/client.ts';
export { type Answer, type Route, route } from './http/route.ts';
export { type KafkaAccess, kafkaAccess } from './kafka/access.ts';
export { createTopics, withAdmin } from './kafka/admin.ts';
export {
  decode,
  type EventShape,
  type Outgoing,
  outgoing,
  type ReceivedEvent,
  type ReceivedRecord,
  tombstone,
} from './kafka/cloud-event.ts';
export { followTopics, type Positions } from './kafka/follow-topics.ts';
export { createGroupReader, type GroupView } from './kafka/group-reader.ts';
export { createProducer } from './kafka/producer.ts';
export { readTopics } from './kafka/read-topics.ts';
export { createLog, type Log } from './log.ts';
export { ageBuckets, createMetrics, durationBuckets, type Metrics } from './metrics.ts';
export { idempotencyKeyHeader, onceForKey } from './postgres/idempotency.ts';
export type { Reactions } from './postgres/inbox.ts';
export type { Outbox } from './postgres/outbox.ts';
export { type Database, openDatabase, type Queryable, type Transaction } from './postgres/pool.ts';
export type { StateRecord, StateReplica } from './postgres/state-replica.ts';
export { createMetricsPusher, type MetricsPusher } from './push-metrics.ts';
export { runService, type Service } from './service.ts';
export { withTrace } from './spans.ts';
export type { WorkerDefinition } from './worker.ts';
