import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { KitError } from '../errors.ts';

/** What the kit needs to know of an event; `@tocsin/contracts` has definitions of this shape. */
export interface EventShape {
  readonly type: string;
  readonly topic: { readonly name: string };
  readonly schema: z.ZodType<object>;
  readonly key: string;
}

/** An event to be published: made by `outgoing` or `tombstone`, written by the outbox. */
export interface Outgoing {
  readonly type: string;
  readonly topic: string;
  readonly key: string;
  /** null deletes the key from a compacted topic. */
  readonly data: object | null;
  /** Of a state record: readers ignore what is not newer than what they have. */
  readonly version?: number;
}

/** A record as it travels. */
export interface WireRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When it was published, for who must pretend; without it that is decided when it is sent. */
  readonly publishedAt?: Date;
}

/** A record as it came. */
export interface ReceivedRecord extends WireRecord {
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: Date;
}

/** An event that was read and found valid. */
export type ReceivedEvent<Definition extends EventShape> = Definition extends unknown
  ? {
      readonly id: string;
      readonly type: Definition['type'];
      readonly key: string;
      readonly time: Date;
      readonly traceparent: string | undefined;
      readonly data: z.output<Definition['schema']>;
    }
  : never;

/**
 * An event of this definition. Writers are strict: what the schema does not know is an error, not dropped.
 * @throws {KitError} `invalid_event`
 */
export function outgoing<Definition extends EventShape>(
  definition: Definition,
  data: z.output<Definition['schema']>,
): Outgoing {
  const parsed = definition.schema.safeParse(data);
  if (!parsed.success || !isDeepStrictEqual(parsed.data, data)) {
    throw new KitError('invalid_event', `${definition.type}: not what its schema says`, {
      cause: parsed.error,
    });
  }
  const { [definition.key]: key, version } = data as Record<string, unknown>;
  return {
    type: definition.type,
    topic: definition.topic.name,
    key: String(key),
    data,
    ...(typeof version === 'number' && { version }),
  };
}

/** The end of a key in a compacted topic. */
export function tombstone(definition: EventShape, key: string, version: number): Outgoing {
  return { type: definition.type, topic: definition.topic.name, key, data: null, version };
}

/**
 * CloudEvents 1.0, binary mode over Kafka.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export function encode(
  event: Outgoing,
  from: { source: string; time: Date; traceparent: string },
): WireRecord {
  return {
    topic: event.topic,
    key: Buffer.from(event.key),
    value: event.data && Buffer.from(JSON.stringify(event.data)),
    headers: {
      ce_specversion: '1.0',
      ce_id: uuidv7(),
      ce_source: `/tocsin/${from.source}`,
      ce_type: event.type,
      ce_time: from.time.toISOString(),
      'content-type': 'application/json',
      traceparent: from.traceparent,
      ...(event.version !== undefined && { version: String(event.version) }),
    },
  };
}

/** The id that makes a second delivery recognisable; records of strangers have only their place. */
export function messageId(record: ReceivedRecord): string {
  return record.headers.ce_id ?? `${record.topic}/${record.partition}/${record.offset}`;
}

/**
 * The event in a record, or undefined where its type is none of `definitions`: not for us.
 * @throws {KitError} `undecodable` or `invalid`; neither gets better by trying again.
 */
export function decode<Definition extends EventShape>(
  definitions: readonly Definition[],
  record: ReceivedRecord,
): ReceivedEvent<Definition> | undefined {
  const type = record.headers.ce_type;
  if (type === undefined)
    throw new KitError('undecodable', 'No ce_type header: not a CloudEvent in binary mode');
  const definition = definitions.find((candidate) => candidate.type === type);
  if (!definition || record.value === null) return undefined;
  const result = definition.schema.safeParse(parseJson(record.value));
  if (!result.success)
    throw new KitError('invalid', `${type}: not what its schema says`, { cause: result.error });
  const time = new Date(record.headers.ce_time ?? record.timestamp);
  return {
    id: messageId(record),
    type,
    key: record.key?.toString() ?? '',
    time: Number.isNaN(time.getTime()) ? record.timestamp : time,
    traceparent: record.headers.traceparent,
    data: result.data,
    // The type says which of the definitions it is; the compiler cannot follow that.
  } as ReceivedEvent<Definition>;
}

function parseJson(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString());
  } catch (cause) {
    throw new KitError('undecodable', 'The value is not JSON', { cause });
  }
}
