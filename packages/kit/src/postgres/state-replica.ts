import type { Clock } from '../clock.ts';
import { errorType, KitError } from '../errors.ts';
import type { RecordBatch } from '../kafka/batch-consumer.ts';
import {
  decode,
  type EventShape,
  type Outgoing,
  type ReceivedEvent,
  type ReceivedRecord,
} from '../kafka/cloud-event.ts';
import { startProcess } from '../kafka/spans.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createInboxMetrics, unknownType } from './inbox-metrics.ts';
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
 * rows, in the same transaction: the copy and its place cannot part. What is delivered again is applied again, for the
 * versions tell what is new, and offsets begin anew with their topic. A record that cannot be read is logged and
 * passed over, for the next state of its key makes it good.
 */
export function createReplicaHandler<Definition extends EventShape>(
  deps: { log: Log; metrics: Metrics; clock: Clock; database: Database; outbox: Outbox },
  group: string,
  replica: StateReplica<Definition>,
): (batch: RecordBatch) => Promise<void> {
  const { log, clock, database, outbox } = deps;
  const { type } = replica.definition;
  const metrics = createInboxMetrics(deps.metrics, { name: group, events: [replica.definition] }, [
    'handled',
    'passed_over',
  ]);

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
    const readable = records.map((record) => [record, read(record)] as const);
    const spans = records.map((record) => startProcess(record, group));
    const applying = database.transaction(async (transaction) => {
      const states = readable.flatMap(([, state]) => state ?? []);
      if (states.length > 0) await outbox.append(transaction, await replica.apply(transaction, states));
      await transaction.query(
        `insert into replica_offsets (topic, partition, next_offset) values ($1, $2, $3)
         on conflict (topic, partition)
         do update set next_offset = greatest(replica_offsets.next_offset, excluded.next_offset)`,
        [topic, partition, (BigInt(last.offset) + 1n).toString()],
      );
    });
    await applying.catch((error: unknown) => {
      for (const span of spans) span.end({ error: errorType(error) });
      if (!(error instanceof KitError && error.transient)) metrics.failed(type, error);
      throw error;
    });
    for (const span of spans) span.end();
    for (const [record, state] of readable) {
      metrics.ended(record, state ? type : unknownType, state ? 'handled' : 'passed_over', clock.now());
    }
    done(last);
  };
}

/** Where to go on reading, for each partition that was ever read. */
export function storedOffsets(
  database: Database,
  topic: string,
): Promise<{ partition: number; next_offset: number }[]> {
  return database.query('select partition, next_offset from replica_offsets where topic = $1', [topic]);
}

/**
 * A place beyond the end of its partition was read in a topic that is no more: the one of that name now was made anew,
 * and is read from its beginning.
 */
export async function startOverBeyond(
  deps: { log: Log; database: Database },
  topic: string,
  ends: readonly { partition: number; high: string }[],
): Promise<void> {
  for (const { partition, high } of ends) {
    const lost = await deps.database.query(
      `update replica_offsets set next_offset = 0
       where topic = $1 and partition = $2 and next_offset > $3 returning partition`,
      [topic, partition, high],
    );
    if (lost.length > 0)
      deps.log.error({ topic, partition, end: high }, 'topic made anew, read from its beginning');
  }
}
