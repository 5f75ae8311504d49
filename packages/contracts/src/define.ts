import type { z } from 'zod';

/** A Kafka topic as we create it. Only this package names topics. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  /** How long records are kept; a compacted topic keeps the newest record of each key for ever. */
  readonly retentionMs: number;
  readonly compacted: boolean;
  readonly maxMessageBytes: number;
}

/** One version of one event: its CloudEvents `type`, its topic, the shape of its data and its record key. */
export interface EventDefinition<
  Type extends string = string,
  Schema extends z.ZodType<object> = z.ZodType<object>,
> {
  readonly type: Type;
  readonly topic: Topic;
  readonly schema: Schema;
  /** The field of the data that is the record key: the id of the aggregate. */
  readonly key: string;
}

/** The data that an event carries. */
export type DataOf<Definition extends EventDefinition> = z.output<Definition['schema']>;

/** A consumer group and the event types it reacts to; its topics follow from them. */
export interface ConsumerGroup<Definition extends EventDefinition = EventDefinition> {
  readonly name: string;
  readonly events: readonly Definition[];
  /** Records that the group could not handle, as they came. */
  readonly deadLetters: Topic;
  /** Dead letters sent back to this group alone. */
  readonly replays: Topic;
}

const dayMs = 24 * 60 * 60 * 1000;
const mebibyte = 1024 * 1024;
/** A dead letter carries the record and what is said of it: twice the room, twice the time. */
const setAside = { retentionMs: 14 * dayMs, maxMessageBytes: 2 * mebibyte };

export function defineTopic(name: string, options: Partial<Omit<Topic, 'name'>> = {}): Topic {
  return {
    name,
    partitions: 3,
    retentionMs: 7 * dayMs,
    compacted: false,
    maxMessageBytes: mebibyte,
    ...options,
  };
}

export function defineEvent<Type extends string, Schema extends z.ZodType<object>>(
  type: Type,
  topic: Topic,
  key: Extract<keyof z.output<Schema>, string>,
  schema: Schema,
): EventDefinition<Type, Schema> {
  return { type, topic, key, schema };
}

export function defineGroup<Definition extends EventDefinition>(
  name: string,
  events: readonly Definition[],
): ConsumerGroup<Definition> {
  return {
    name,
    events,
    deadLetters: defineTopic(`${name}.dead-letters`, setAside),
    // It says which letters were sent back, for as long as there are letters.
    replays: defineTopic(`${name}.replays`, setAside),
  };
}
