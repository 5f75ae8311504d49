import type { Log } from '../log.ts';
import type { KafkaOptions } from './client.ts';
import type { ReceivedRecord } from './cloud-event.ts';
import { followTopics } from './follow-topics.ts';

/**
 * Every record of `topics` from a point in time up to the end as it is now, in memory all at once; commits nothing.
 * @throws when a broker does not answer, or does not deliver within `budgetMs`.
 */
export async function readTopics(
  deps: { log: Log },
  options: KafkaOptions & { since: Date; budgetMs: number },
  topics: readonly string[],
): Promise<ReceivedRecord[]> {
  const records: ReceivedRecord[] = [];
  await followTopics(deps, options, topics, (record) => void records.push(record));
  return records;
}
