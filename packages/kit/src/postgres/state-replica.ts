import { KitError } from '../errors.ts';
import type { RecordBatch } from '../kafka/batch-consumer.ts';
import {
  decode,
  type EventShape,
  type Outgoing,
  type ReceivedEvent,
  type ReceivedRecord,
} from '../kafka/cloud-event.ts';
import type { Log } from '../log.ts';
import type { Outbox } from './outbox.ts';
import type { Database, Transaction } from './pool.ts';

/** The newest state of one key: its data, or undefined where the key has ended. */
export interface StateRecord<Definition extends EventShape> {
  readonly key: string;
  readonly version: number;
  readonly data: ReceivedEvent<Definition>['data'] | undefined;
}

export interface StateReplica<Definition extends EventShape> {
  readonly definition: Definition;
  /** Applies states in order; one that is not newer than what is stored changes nothing. */
  apply(transaction: Transaction, states: readonly StateRecord<Definition>[]): Promise<readonly Outgoing[]>;
}

/**
 * Keeps a copy of somebody else's state from a compacted topic. How far each partition was read is stored with the
 * rows, in the same transaction: the copy and its place cannot part. A record that cannot be read is logged and passed
 * over, for the next state of its key makes it good.
 */
export function createReplicaHandler<Definition extends EventShape>(
  deps: { log: Log; database: Database; outbox: Outbox },
  replica: StateReplica<Definition>,
): (batch: RecordBatch) => Promise<void> {
  const { log, database, outbox } = deps;

  const read = (record: ReceivedRecord): StateRecord<Definition> | undefined => {
    const key = record.key?.toString() ?? '';
    const version = Number(record.headers.version);
    try {
      if (!Number.isSafeInteger(version)) throw new KitError('undecodable', 'No version in the headers');
      if (record.value === null) return { key, version, data: undefined };
      const event = decode([replica.definition], record);
      return event && { key, version, data: event.data };
    } catch (err) {
      if (!(err instanceof KitError)) throw err;
      log.error(
        { err, topic: record.topic, partition: record.partition, offset: record.offset },
        'state passed over',
      );
      return undefined;
    }
  };

  return async ({ topic, partition, records, done }) => {
    const last = records.at(-1);
    if (!last) return;
    await database.transaction(async (transaction) => {
      const next = await lockOffset(transaction, topic, partition);
      const unread = records.filter(({ offset }) => BigInt(offset) >= next);
      const states = unread.flatMap((record) => read(record) ?? []);
      if (states.length > 0) await outbox.append(transaction, await replica.apply(transaction, states));
      await transaction.query(
        'update replica_offsets set next_offset = greatest(next_offset, $3) where topic = $1 and partition = $2',
        [topic, partition, (BigInt(last.offset) + 1n).toString()],
      );
    });
    done(last);
  };
}

async function lockOffset(transaction: Transaction, topic: string, partition: number): Promise<bigint> {
  await transaction.query(
    'insert into replica_offsets (topic, partition, next_offset) values ($1, $2, 0) on conflict do nothing',
    [topic, partition],
  );
  const [row] = await transaction.query<{ next_offset: number }>(
    'select next_offset from replica_offsets where topic = $1 and partition = $2 for update',
    [topic, partition],
  );
  return BigInt(row?.next_offset ?? 0);
}

/** Where to go on reading, for each partition that was ever read. */
export function storedOffsets(
  database: Database,
  topic: string,
): Promise<{ partition: number; next_offset: number }[]> {
  return database.query('select partition, next_offset from replica_offsets where topic = $1', [topic]);
}
