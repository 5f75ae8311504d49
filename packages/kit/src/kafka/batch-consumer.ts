import type { Consumer, EachBatchPayload } from 'kafkajs';
import { errorType } from '../errors.ts';
import type { Faults } from '../faults/faults.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createKafka, type KafkaOptions, patient } from './client.ts';
import type { ReceivedRecord } from './cloud-event.ts';
import { createConsumerFaults } from './consumer-faults.ts';
import { liveAgain } from './consumer-lives.ts';
import { createConsumerMetrics } from './consumer-metrics.ts';
import { createPartitionRetries } from './partition-retries.ts';
import { received } from './received-record.ts';

/** Records of one partition, in order. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly ReceivedRecord[];
  /** How often in a row the first record has failed before. */
  readonly failedBefore: number;
  /** This record and all before it are dealt with; they are not delivered again. */
  done(record: ReceivedRecord): void;
}

export interface BatchConsumer {
  /** Resolves at the first join of the group. */
  start(): Promise<void>;
  /** Finishes the batch under way, commits, leaves the group. */
  stop(): Promise<void>;
  /** When the loop last came round: fetched, beat its heart, joined, handled, or crashed to live again. */
  lastRound(): Date;
}

export interface BatchConsumerOptions extends KafkaOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Deals with a batch; what it throws is tried again, from the first record that is not done. */
  handle(batch: RecordBatch): Promise<void>;
  /** Told of the partitions that are ours now, after each join. */
  onAssigned?(
    partitions: readonly { topic: string; partition: number }[],
    seek: Consumer['seek'],
  ): Promise<void>;
  /** Nothing is consumed any more, and to start again would not help. */
  onFatal(error: Error): void;
}

/** Most records that one call of `handle`, and so one transaction, is given. */
const chunkSize = 500;

/**
 * A consumer of one group that never lets kafkajs see an error of the handler: kafkajs would stop for ever on a
 * TypeError, and lose its place on others. Instead a failing partition is paused and tried again, sooner at first
 * and every 15 s when it is parked, while the others go on and heartbeats keep the membership.
 */
export function createBatchConsumer(
  deps: { log: Log; metrics: Metrics; faults: Faults },
  options: BatchConsumerOptions,
): BatchConsumer {
  const { log } = deps;
  const { group } = options;
  const metrics = createConsumerMetrics(deps.metrics, group, options.topics);
  const retries = createPartitionRetries({ log, metrics }, group);
  const faults = createConsumerFaults(deps.faults, group);
  const consumer = createKafka(deps, options, patient).consumer({
    groupId: group,
    sessionTimeout: 10_000,
    heartbeatInterval: 1000,
    rebalanceTimeout: 30_000,
    // disconnect() waits for the fetch under way; this is not what decides about latency.
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 512 * 1024,
    allowAutoTopicCreation: false,
    // Whether a crashed consumer lives again is decided by us alone.
    retry: { ...patient, restartOnFailure: async () => false },
  });
  const stopping = new AbortController();
  let lastRound = new Date();
  const cameRound = () => {
    lastRound = new Date();
  };

  const handleChunk = async (payload: EachBatchPayload, records: readonly ReceivedRecord[]) => {
    const { topic, partition } = payload.batch;
    const stop = metrics.startProcessing(topic);
    let progressed = false;
    try {
      await options.handle({
        topic,
        partition,
        records,
        failedBefore: retries.failures(topic, partition),
        done(record) {
          progressed = true;
          payload.resolveOffset(record.offset);
        },
      });
      stop('');
      retries.succeeded(topic, partition);
      return true;
    } catch (error) {
      stop(errorType(error));
      if (progressed) retries.succeeded(topic, partition);
      retries.failed(topic, partition, error, payload.pause());
      return false;
    } finally {
      cameRound();
    }
  };

  const eachBatch = async (payload: EachBatchPayload) => {
    const { topic, partition, messages } = payload.batch;
    const records = messages.map((message) => received(topic, partition, message));
    for (let start = 0; start < records.length; start += chunkSize) {
      const chunk = records.slice(start, start + chunkSize);
      if (!payload.isRunning() || payload.isStale()) return;
      metrics.waiting(topic, partition, chunk[0]?.timestamp);
      if (faults.holds(() => payload.pause())) return;
      if (!(await handleChunk(payload, chunk))) return;
      metrics.waiting(topic, partition, records[start + chunkSize]?.timestamp);
      // May throw that the group rebalances: kafkajs expects to see that.
      await payload.heartbeat();
    }
  };

  const { GROUP_JOIN, CRASH, FETCH, HEARTBEAT } = consumer.events;
  for (const event of [FETCH, HEARTBEAT, GROUP_JOIN, CRASH] as const) consumer.on(event, cameRound);

  return {
    async start() {
      const joined = Promise.withResolvers<void>();
      consumer.on(GROUP_JOIN, async ({ payload: { memberAssignment } }) => {
        const assigned = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
          partitions.map((partition) => ({ topic, partition })),
        );
        log.info({ group, assigned: memberAssignment }, 'joined consumer group');
        metrics.rebalanced();
        metrics.assigned(assigned);
        await options.onAssigned?.(assigned, consumer.seek.bind(consumer));
        joined.resolve();
      });
      const { signal } = stopping;
      void liveAgain({ log, metrics, faults }, consumer, { ...options, signal, eachBatch }).then((error) => {
        if (error) options.onFatal(error);
      });
      await joined.promise;
    },
    async stop() {
      stopping.abort();
      retries.stop();
      await consumer.disconnect();
    },
    lastRound() {
      // One that a fault keeps away does what it is told to: a restart would only make an end of the fault.
      if (faults.away()) cameRound();
      return lastRound;
    },
  };
}
