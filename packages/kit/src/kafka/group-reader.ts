import kafkajs, { type Admin } from 'kafkajs';
import type { Log } from '../log.ts';
import { withAdmin } from './admin.ts';
import type { KafkaOptions } from './client.ts';

/** A consumer group as its broker sees it: true as well while nobody of the group is alive to report anything. */
export interface GroupView {
  readonly group: string;
  readonly members: number;
  readonly partitions: readonly PartitionView[];
}

/** How far a group has come in a partition. Not summed up: one that stands still must not hide among busy neighbours. */
export interface PartitionView {
  readonly topic: string;
  readonly partition: number;
  /** It stands still while nothing is handled; 0 where nothing was committed yet. */
  readonly committedOffset: number;
  /** Records that wait. */
  readonly lag: number;
  /** When the oldest record that waits was published, to about two seconds; undefined where none waits. */
  readonly oldestUnreadAt: Date | undefined;
  /** Until retention reaches that record, 0 where it already has; infinite where nothing waits or all is kept. */
  readonly retentionLeftMs: number;
}

export interface GroupReader {
  /** @throws when a broker does not answer. */
  read(): Promise<GroupView[]>;
}

/**
 * Reads what a broker knows of these groups, each with the topics that it subscribes to. One that never joined, or was
 * deleted, is unknown to it and left out: nothing waits for somebody who is not there.
 */
export function createGroupReader(
  deps: { log: Log },
  options: KafkaOptions,
  groups: readonly { readonly name: string; readonly topics: readonly string[] }[],
): GroupReader {
  const topics = [...new Set(groups.flatMap((group) => group.topics))];
  /** When the record at an offset was published, by `topic/partition/offset`: a group that stands still asks once. */
  let published = new Map<string, number>();

  const read = async (admin: Admin): Promise<GroupView[]> => {
    const { groups: described } = await admin.describeGroups(groups.map(({ name }) => name));
    // `Dead` is the broker's word for a group that has neither members nor offsets.
    const known = described.filter(({ state }) => state !== 'Dead');
    const membersOf = new Map(known.map(({ groupId, members }) => [groupId, members.length]));
    const retention = await retentionOf(admin, topics);
    const seen = new Map<string, number>();
    const publishedAt = async (topic: string, partition: number, offset: number, now: number) => {
      const place = `${topic}/${partition}/${offset}`;
      const at =
        published.get(place) ?? seen.get(place) ?? (await timeOf(admin, topic, partition, offset, now));
      seen.set(place, at);
      return at;
    };

    const viewsOf = async (topic: string, committed: readonly { partition: number; offset: string }[]) => {
      // After the committed offsets: they never seem to be ahead of the end.
      const ends = await admin.fetchTopicOffsets(topic);
      const now = Date.now();
      const retentionMs = retention.get(topic) ?? Number.POSITIVE_INFINITY;
      const views: PartitionView[] = [];
      for (const { partition, low, high } of ends) {
        const offset = Number(committed.find((one) => one.partition === partition)?.offset ?? -1);
        // Who has committed nothing begins at the beginning; so does whom retention has overtaken.
        const next = Math.max(Number(low), offset);
        const lag = Math.max(0, Number(high) - next);
        const at = lag > 0 ? await publishedAt(topic, partition, next, now) : Number.POSITIVE_INFINITY;
        const overtaken = lag > 0 && offset >= 0 && offset < Number(low);
        views.push({
          topic,
          partition,
          committedOffset: Math.max(0, offset),
          lag,
          oldestUnreadAt: lag > 0 ? new Date(at) : undefined,
          retentionLeftMs: overtaken ? 0 : Math.max(0, at + retentionMs - now),
        });
      }
      return views;
    };

    const views: GroupView[] = [];
    for (const { name, topics } of groups) {
      const members = membersOf.get(name);
      if (members === undefined) continue;
      const offsets = await admin.fetchOffsets({ groupId: name, topics: [...topics] });
      const ofTopics: PartitionView[] = [];
      for (const { topic, partitions } of offsets) ofTopics.push(...(await viewsOf(topic, partitions)));
      views.push({ group: name, members, partitions: ofTopics });
    }
    published = seen;
    return views;
  };

  return { read: () => withAdmin(deps, options, read) };
}

/** In milliseconds, of the topics whose records go with age. */
async function retentionOf(admin: Admin, topics: readonly string[]): Promise<Map<string, number>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: ['cleanup.policy', 'retention.ms'],
    })),
  });
  const entries = resources.flatMap(({ resourceName, configEntries }) => {
    const value = (name: string) => configEntries.find(({ configName }) => configName === name)?.configValue;
    const ms = Number(value('retention.ms') ?? -1);
    return value('cleanup.policy')?.includes('delete') && ms >= 0 ? [[resourceName, ms] as const] : [];
  });
  return new Map(entries);
}

const nearMs = 2000;

/**
 * When the record at `offset` was published. No admin client reads records; but each tells which offset a moment has,
 * so the moment is found by halving: to a second, or to a fiftieth of the age.
 */
async function timeOf(
  admin: Admin,
  topic: string,
  partition: number,
  offset: number,
  now: number,
): Promise<number> {
  const youngerThan = async (ageMs: number) => {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, now - ageMs);
    return Number(found.find((one) => one.partition === partition)?.offset ?? 0) <= offset;
  };
  let older = 0;
  let younger = nearMs;
  while (!(await youngerThan(younger))) {
    older = younger;
    younger = Math.min(younger * 4, now);
    if (younger === now) break;
  }
  if (older === 0) return now;
  while (younger - older > Math.max(1000, younger / 50)) {
    const middle = Math.round((older + younger) / 2);
    if (await youngerThan(middle)) younger = middle;
    else older = middle;
  }
  return now - younger;
}
