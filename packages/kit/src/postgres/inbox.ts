import type { Clock } from '../clock.ts';
import type { CrashReporter } from '../crash.ts';
import { errorType, KitError } from '../errors.ts';
import type { Faults } from '../faults/faults.ts';
import type { RecordBatch } from '../kafka/batch-consumer.ts';
import {
  decode,
  type EventShape,
  messageId,
  type Outgoing,
  type ReceivedEvent,
  type ReceivedRecord,
  type WireRecord,
} from '../kafka/cloud-event.ts';
import { createRecord, startProcess } from '../kafka/spans.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { WorkSpan } from '../spans.ts';
import { childTraceparent, inTrace } from '../trace-context.ts';
import { deadLetter } from './dead-letter.ts';
import { createInboxMetrics, unknownType } from './inbox-metrics.ts';
import { appendRecords } from './outbox.ts';
import type { Database, Transaction } from './pool.ts';

/** A consumer group as `@tocsin/contracts` defines it. */
export interface GroupShape<Definition extends EventShape> {
  readonly name: string;
  readonly events: readonly Definition[];
  readonly deadLetters: { readonly name: string };
  readonly replays: { readonly name: string };
}

/**
 * How a service reacts to events. All three run in the one transaction that also marks the events as handled and
 * writes what they cause to the outbox.
 */
export interface Reactions<Definition extends EventShape, World> {
  /** Locks and reads every aggregate that these events touch, in the order of their keys. */
  load(transaction: Transaction, events: readonly ReceivedEvent<Definition>[]): Promise<World>;
  /** Changes `world` as the event demands, and says what follows. Knows no database, no clock but the event's. */
  react(world: World, event: ReceivedEvent<Definition>): readonly Outgoing[];
  save(transaction: Transaction, world: World): Promise<void>;
}

/** Tries of a record that fails for a reason we do not know, before it becomes a dead letter. */
const triesOfUnknown = 3;

interface Decoded<Definition extends EventShape> {
  readonly record: ReceivedRecord;
  readonly event?: ReceivedEvent<Definition>;
  readonly error?: unknown;
}

interface Traced<Definition extends EventShape> extends Decoded<Definition> {
  readonly span: WorkSpan;
}

/**
 * Handles batches exactly once in effect: a record that was handled before changes nothing.
 * Where a batch fails, its records are tried one by one, so that only the one that fails alone is judged:
 * for good → dead letter; for now → thrown, so that the partition waits; unknown → thrown, dead letter in the end.
 */
export function createInboxHandler<Definition extends EventShape, World>(
  deps: {
    log: Log;
    metrics: Metrics;
    crash: CrashReporter;
    clock: Clock;
    faults: Faults;
    database: Database;
  },
  options: { service: string; group: GroupShape<Definition>; reactions: Reactions<Definition, World> },
): (batch: RecordBatch) => Promise<void> {
  const { log, clock, faults, crash, database } = deps;
  const { service, group, reactions } = options;
  const metrics = createInboxMetrics(deps.metrics, group, ['handled', 'duplicate', 'dead_lettered']);

  const read = (record: ReceivedRecord): Decoded<Definition> => {
    try {
      const event = decode(group.events, record);
      return event ? { record, event } : { record };
    } catch (error) {
      return { record, error };
    }
  };

  const attempt = async (items: readonly Decoded<Definition>[]) => {
    const relevant = items.flatMap((item) =>
      (item.event ?? item.error) ? [{ ...item, span: startProcess(item.record, group.name) }] : [],
    );
    if (relevant.length === 0) return;
    try {
      await attemptTraced(relevant);
    } catch (error) {
      // A batch that is not to blame as a whole is tried again one by one, in spans that say which record failed.
      if (relevant.length === 1 || isTransient(error)) {
        for (const { span } of relevant) span.end({ error: errorType(error) });
      }
      throw error;
    }
  };

  const attemptTraced = async (relevant: readonly Traced<Definition>[]) => {
    for (const { event } of relevant) if (event) await faults.beforeEvent(event.type);

    const fresh = await database.transaction(async (transaction) => {
      const unseen = await enter(transaction, group, relevant);
      const events = unseen.flatMap(({ event, span: { traceparent } }) =>
        event ? [{ ...event, traceparent }] : [],
      );
      const written: WireRecord[] = [];
      if (events.length > 0) {
        const world = await reactions.load(transaction, events);
        for (const event of events) {
          const { traceparent, id } = event;
          const caused = inTrace(traceparent, () => reactions.react(world, event), id);
          const from = { source: service, time: clock.now(), parent: traceparent };
          written.push(...caused.map((each) => createRecord(each, from)));
        }
        await reactions.save(transaction, world);
      }
      const dead = unseen.filter(({ error }) => error !== undefined);
      written.push(...dead.map(({ record, error }) => deadLetter(group, record, error, clock.now())));
      await appendRecords(transaction, written);
      return new Set(unseen);
    });

    for (const item of relevant) {
      const outcome = !fresh.has(item) ? 'duplicate' : item.error !== undefined ? 'dead_lettered' : 'handled';
      metrics.ended(item.record, item.event?.type ?? unknownType, outcome, clock.now());
      item.span.end({
        attributes: { 'tocsin.outcome': outcome },
        error: item.error === undefined ? undefined : errorType(item.error),
      });
      if (outcome === 'dead_lettered') {
        log.error(
          { ...placeOf(item.record), group: group.name, err: item.error },
          'record became a dead letter',
        );
      }
    }
  };

  const alone = async (item: Decoded<Definition>, failedBefore: number) => {
    try {
      await attempt([item]);
    } catch (error) {
      if (isTransient(error)) throw error;
      metrics.failed(item.event?.type ?? unknownType, error);
      const known = error instanceof KitError;
      if (known ? error.retryable : failedBefore + 1 < triesOfUnknown) throw error;
      if (!known) {
        const where = { group: group.name, event_type: item.event?.type ?? unknownType };
        inTrace(childTraceparent(item.event?.traceparent), () => crash.report(error, where));
      }
      await attempt([{ record: item.record, error }]);
    }
  };

  return async ({ records, failedBefore, done }) => {
    const items = records.map(read);
    const last = records.at(-1);
    try {
      await attempt(items);
      if (last) done(last);
      return;
    } catch (error) {
      // Whoever is to blame, it is none of the records.
      if (isTransient(error)) throw error;
    }
    let failures = failedBefore;
    for (const item of items) {
      await alone(item, failures);
      done(item.record);
      failures = 0;
    }
  };
}

const isTransient = (error: unknown) => error instanceof KitError && error.transient;
const placeOf = ({ topic, partition, offset }: ReceivedRecord) => ({ topic, partition, offset });

/**
 * Enters the records into the inbox and returns those that nobody entered before. Sorted, so that two consumers
 * with the same records wait for one another instead of locking each other out. A replayed record takes the place of
 * its dead letter, until one is handled.
 */
async function enter<Definition extends EventShape>(
  transaction: Transaction,
  group: GroupShape<Definition>,
  items: readonly Traced<Definition>[],
): Promise<Traced<Definition>[]> {
  const byId = new Map(items.map((item) => [messageId(item.record), item]));
  const ids = [...byId.keys()].sort();
  const statuses = ids.map((id) => (byId.get(id)?.error === undefined ? 'handled' : 'dead_lettered'));
  const replayed = items.some(({ record }) => record.topic === group.replays.name);
  const entered = await transaction.query<{ message_id: string }>(
    `insert into inbox (consumer_group, message_id, status)
     select $1, id, status from unnest($2::text[], $3::text[]) as entry (id, status)
     on conflict (consumer_group, message_id) do ${
       replayed
         ? "update set status = excluded.status, at = now() where inbox.status = 'dead_lettered'"
         : 'nothing'
     }
     returning message_id`,
    [group.name, ids, statuses],
  );
  const fresh = new Set(entered.map(({ message_id }) => message_id));
  return [...byId].flatMap(([id, item]) => (fresh.has(id) ? [item] : []));
}
