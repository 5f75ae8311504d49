import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { brief, createKafka, type KafkaOptions } from './client.ts';

const askAgainMs = 200;

/** Resolves once everything that stood in `topic` when this was called has been read, by whichever replica. */
export async function replicaIsCaughtUp(
  deps: { log: Log },
  options: KafkaOptions,
  topic: string,
  stored: () => Promise<readonly { partition: number; next_offset: number }[]>,
  signal: AbortSignal,
): Promise<void> {
  const ends = await topicEnds(deps, options, topic);
  for (;;) {
    const next = new Map((await stored()).map(({ partition, next_offset }) => [partition, next_offset]));
    const behind = ends.filter(
      ({ partition, low, high }) => Number(high) > Math.max(Number(low), next.get(partition) ?? 0),
    );
    if (behind.length === 0) return;
    await sleep(askAgainMs, undefined, { signal });
  }
}

/** Where each partition begins and ends now. */
export async function topicEnds(
  deps: { log: Log },
  options: KafkaOptions,
  topic: string,
): Promise<{ partition: number; low: string; high: string }[]> {
  const admin = createKafka(deps, options, brief).admin();
  try {
    await admin.connect();
    return await admin.fetchTopicOffsets(topic);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
