import kafkajs, { type Admin } from 'kafkajs';
import pRetry from 'p-retry';
import { v7 as uuidv7 } from 'uuid';
import type { Log } from '../log.ts';
import { brief, createKafka, type KafkaOptions } from './client.ts';
import type { ReceivedRecord } from './cloud-event.ts';
import { received } from './received-record.ts';

/** The offset to go on from, by `topic/partition`. */
export type Positions = ReadonlyMap<string, bigint>;

/**
 * Reads every record of `topics` up to the end as it is now, one after the other, and commits nothing.
 * @param options.since where to begin in a partition whose position is not known, or not in the partition any more.
 * @param options.positions where an earlier call has ended.
 * @returns where to go on.
 * @throws when a broker does not answer, or does not deliver within `budgetMs`. Records that were read before may be
 * read again then.
 */
export async function followTopics(
  deps: { log: Log },
  options: KafkaOptions & { since: Date; positions?: Positions; budgetMs: number; signal?: AbortSignal },
  topics: readonly string[],
  each: (record: ReceivedRecord) => void,
): Promise<Positions> {
  const kafka = createKafka(deps, options, brief);
  const admin = kafka.admin();
  const groupId = `${options.clientId}-${uuidv7()}`;
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 200,
    // What is fetched and not yet read stands in memory, of every partition at once.
    maxBytesPerPartition: 256 * 1024,
    allowAutoTopicCreation: false,
  });
  try {
    await admin.connect();
    // A partition whose leader is new, or has just moved, answers in a moment; kafkajs' admin does not wait for it.
    const spans = await pRetry(() => spansOf(admin, topics, options), {
      retries: 5,
      minTimeout: 200,
      shouldRetry: ({ error }) => error instanceof kafkajs.KafkaJSError && error.retriable,
    });
    const ends = new Map([...spans].map(([name, { end }]) => [name, end]));
    const open = new Map([...spans].filter(([, { from, end }]) => from < end));
    if (open.size === 0) return ends;
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    const finished = Promise.withResolvers<void>();
    const read = async () => {
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: true,
        async eachBatch({ batch: { topic, partition, messages } }) {
          const span = open.get(`${topic}/${partition}`);
          if (!span) return;
          for (const message of messages) {
            const offset = BigInt(message.offset);
            if (offset >= span.from && offset < span.end) each(received(topic, partition, message));
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
    };
    const expired = setTimeout(
      () => finished.reject(new Error(`${[...open.keys()].join(', ')} not read to the end`)),
      options.budgetMs,
    );
    const aborted = () => finished.reject(options.signal?.reason);
    options.signal?.addEventListener('abort', aborted);
    try {
      // Waited for together: either may fail first, and nothing is left behind that fails later.
      await Promise.all([finished.promise, read()]);
    } finally {
      clearTimeout(expired);
      options.signal?.removeEventListener('abort', aborted);
    }
    return ends;
  } finally {
    await consumer.disconnect().catch(() => {});
    await admin.deleteGroups([groupId]).catch(() => {});
    await admin.disconnect().catch(() => {});
  }
}

/** Of each partition: from which offset, and where it ends now. */
async function spansOf(
  admin: Admin,
  topics: readonly string[],
  { since, positions }: { since: Date; positions?: Positions },
): Promise<Map<string, { from: bigint; end: bigint }>> {
  const spans = new Map<string, { from: bigint; end: bigint }>();
  for (const topic of topics) {
    const ends = await admin.fetchTopicOffsets(topic);
    const known = ends.map(({ partition, low, high }) => {
      const position = positions?.get(`${topic}/${partition}`);
      // Else records were deleted before they were read, or the topic was made anew.
      return position !== undefined && position >= BigInt(low) && position <= BigInt(high)
        ? position
        : undefined;
    });
    const starts = known.includes(undefined)
      ? await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime())
      : [];
    for (const [index, { partition, high }] of ends.entries()) {
      const from =
        known[index] ?? BigInt(starts.find((start) => start.partition === partition)?.offset ?? high);
      spans.set(`${topic}/${partition}`, { from: from < 0n ? BigInt(high) : from, end: BigInt(high) });
    }
  }
  return spans;
}
