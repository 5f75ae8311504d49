import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import pRetry from 'p-retry';
import type { Log } from '../log.ts';
import { brief, createKafka, type KafkaOptions } from './client.ts';

/** A topic as the kit creates it; `@tocsin/contracts` has definitions of this shape. */
export interface TopicShape {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly compacted: boolean;
  readonly maxMessageBytes: number;
}

/** One connection for one piece of work. */
export async function withAdmin<T>(
  deps: { log: Log },
  options: KafkaOptions,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = createKafka(deps, options, brief).admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/**
 * Creates the topics that are missing, and nothing else: an existing topic is left as it is.
 * @param options.replicationFactor -1 leaves it to the broker's default.
 * @returns the names of those that were created.
 */
export async function createTopics(
  deps: { log: Log },
  options: KafkaOptions & { replicationFactor?: number },
  topics: readonly TopicShape[],
): Promise<string[]> {
  return withAdmin(deps, options, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !existing.has(name));
    if (missing.length === 0) return [];
    await admin.createTopics({
      // kafkajs sometimes asks for the leader too early and throws UNKNOWN_TOPIC_OR_PARTITION for a topic that it
      // has just created; whether they are there is asked below.
      waitForLeaders: false,
      topics: missing.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.partitions,
        replicationFactor: options.replicationFactor ?? -1,
        configEntries: [
          { name: 'cleanup.policy', value: topic.compacted ? 'compact' : 'delete' },
          ...(topic.compacted ? [] : [{ name: 'retention.ms', value: String(topic.retentionMs) }]),
          { name: 'max.message.bytes', value: String(topic.maxMessageBytes) },
        ],
      })),
    });
    const created = missing.map(({ name }) => name);
    await pRetry(() => present(admin, created), { retries: 20, minTimeout: 100, maxTimeout: 500 });
    return created;
  });
}

/** Resolves once every topic has a leader for each partition; fails only when `signal` ends it. */
export async function waitForTopics(
  deps: { log: Log },
  options: KafkaOptions,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (let said = false; ; said = true) {
    try {
      await withAdmin(deps, options, (admin) => present(admin, names));
      return;
    } catch (err) {
      if (!said) deps.log.info({ topics: names, err }, 'waiting for topics');
      await sleep(1000, undefined, { signal });
    }
  }
}

async function present(admin: Admin, names: readonly string[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  const leaderless = topics.filter(({ partitions }) => partitions.some(({ leader }) => leader < 0));
  if (leaderless.length > 0)
    throw new Error(`No leader yet for ${leaderless.map(({ name }) => name).join(', ')}`);
}
