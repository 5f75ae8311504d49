import kafkajs, { type Admin } from 'kafkajs';
import pRetry from 'p-retry';
import { v7 as uuidv7 } from 'uuid';
import type { Log } from '../log.ts';
import { brief, createKafka, type KafkaOptions } from './client.ts';
import type { ReceivedRecord } from './cloud-event.ts';
import { received } from './received-record.ts';

/**
 * Reads every record of `topics` from a point in time up to the end as it is now, and commits nothing.
 * @throws when a broker does not answer, or does not deliver within `budgetMs`.
 */
export async function readTopics(
  deps: { log: Log },
  options: KafkaOptions & { since: Date; budgetMs: number },
  topics: readonly string[],
): Promise<ReceivedRecord[]> {
  const kafka = createKafka(deps, options, brief);
  const admin = kafka.admin();
  const groupId = `${options.clientId}-${uuidv7()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  const records: ReceivedRecord[] = [];
  try {
    await admin.connect();
    // A partition whose leader is new, or has just moved, answers in a moment; kafkajs' admin does not wait for it.
    const open = await pRetry(() => spansSince(admin, topics, options.since), {
      retries: 5,
      minTimeout: 200,
      shouldRetry: ({ error }) => error instanceof kafkajs.KafkaJSError && error.retriable,
    });
    if (open.size === 0) return [];
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    const finished = Promise.withResolvers<void>();
    const expired = setTimeout(
      () => finished.reject(new Error(`${[...open.keys()].join(', ')} not read to the end`)),
      options.budgetMs,
    );
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      async eachBatch({ batch: { topic, partition, messages } }) {
        const span = open.get(`${topic}/${partition}`);
        if (!span) return;
        for (const message of messages) {
          const offset = BigInt(message.offset);
          if (offset >= span.from && offset < span.end) records.push(received(topic, partition, message));
        }
        if (BigInt(messages.at(-1)?.offset ?? 0) + 1n >= span.end) open.delete(`${topic}/${partition}`);
        if (open.size === 0) finished.resolve();
      },
    });
    for (const [name, { from }] of open) {
      const at = name.lastIndexOf('/');
      consumer.seek({
        topic: name.slice(0, at),
        partition: Number(name.slice(at + 1)),
        offset: String(from),
      });
    }
    await finished.promise.finally(() => clearTimeout(expired));
    return records;
  } finally {
    await consumer.disconnect().catch(() => {});
    await admin.deleteGroups([groupId]).catch(() => {});
    await admin.disconnect().catch(() => {});
  }
}

/** Of each partition that has records since then: from which offset, and where it ends now. */
async function spansSince(
  admin: Admin,
  topics: readonly string[],
  since: Date,
): Promise<Map<string, { from: bigint; end: bigint }>> {
  const spans = new Map<string, { from: bigint; end: bigint }>();
  for (const topic of topics) {
    const ends = await admin.fetchTopicOffsets(topic);
    const starts = await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime());
    for (const { partition, high } of ends) {
      const from = BigInt(starts.find((start) => start.partition === partition)?.offset ?? high);
      if (from >= 0n && from < BigInt(high)) spans.set(`${topic}/${partition}`, { from, end: BigInt(high) });
    }
  }
  return spans;
}
