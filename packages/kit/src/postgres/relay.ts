import type pg from 'pg';
import type { CrashReporter } from '../crash.ts';
import { errorType, KitError } from '../errors.ts';
import type { Faults } from '../faults/faults.ts';
import type { KafkaOptions } from '../kafka/client.ts';
import type { WireRecord } from '../kafka/cloud-event.ts';
import { createProducer, type Producer } from '../kafka/producer.ts';
import { startSend } from '../kafka/spans.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { startWorker, type Worker } from '../worker.ts';
import { outboxChannel } from './outbox.ts';
import type { Database } from './pool.ts';
import { createRelayMetrics } from './relay-metrics.ts';

const batchSize = 500;
/** How often the outbox is looked at when nothing notifies. */
const pollMs = 1000;
/** The client gives up a send after this long, so a successor waits as long before its own first. */
const sendBudgetMs = 5000;
/** Any constant that nothing else locks: "outbox" in hexadecimal, cut to 31 bits. */
const leaderLock = 0x6f757462;

export interface Relay {
  /** Publishes what is there, then stops. */
  stop(): Promise<void>;
}

interface OutboxRow extends WireRecord {
  readonly id: number;
}

/**
 * Publishes the outbox to Kafka: one leader for each database by advisory lock, one batch under way, rows deleted when
 * Kafka has acknowledged them. There is no cursor, so a row that commits late is late, never skipped; and no
 * transaction is open while Kafka is awaited.
 */
export function startRelay(
  deps: { log: Log; metrics: Metrics; crash: CrashReporter; faults: Faults; database: Database },
  options: KafkaOptions,
): Relay {
  const { log, database, faults } = deps;
  const metrics = createRelayMetrics(deps.metrics);
  /** Kept, leading or not: with it goes the lock. */
  let connection: pg.Client | undefined;
  /** There is one while the lock is ours. */
  let producer: Producer | undefined;

  const resign = async () => {
    const [open, sending] = [connection, producer];
    connection = undefined;
    producer = undefined;
    await sending?.close().catch(() => {});
    await open?.end().catch(() => {});
  };

  const connect = async (): Promise<pg.Client> => {
    const opened = await database.dedicated();
    // Whatever is under way may no longer be ours to send.
    const lost = () => void (opened === connection && resign());
    opened.on('error', lost).on('end', lost);
    opened.on('notification', () => worker.wake());
    return opened;
  };

  /** @returns the producer of whoever leads. */
  const campaign = async (): Promise<Producer | undefined> => {
    connection ??= await connect();
    try {
      const { rows } = await connection.query<{ won: boolean }>('select pg_try_advisory_lock($1) as won', [
        leaderLock,
      ]);
      if (!rows[0]?.won) return undefined;
      await waitForPredecessor(connection);
      await connection.query(`listen ${outboxChannel}`);
    } catch (error) {
      await resign();
      throw error;
    }
    log.info('relay leads');
    return createProducer(deps, { ...options, sendBudgetMs });
  };

  const publish = async (leading: Producer): Promise<boolean> => {
    if (faults.active('relay-stop')) return false;
    const rows = await database.query<OutboxRow>(
      'select id, topic, key, value, headers from outbox order by id limit $1',
      [batchSize],
    );
    if (rows.length === 0) return false;
    await sendOrSetAside(leading, rows);
    await database.query('delete from outbox where id = any($1)', [rows.map(({ id }) => id)]);
    return rows.length === batchSize;
  };

  /** A batch that Kafka refuses is sent row by row, so that only the refused one is set aside. */
  const sendOrSetAside = async (leading: Producer, rows: readonly OutboxRow[]) => {
    const spans = rows.map((row) => startSend(row, rows.length));
    const end = (error?: string) => {
      for (const span of spans) span.end({ error });
    };
    try {
      if (faults.active('refuse-row')) refuseOne(rows);
      await leading.send(rows);
      end();
    } catch (error) {
      end(errorType(error));
      if (!(error instanceof KitError) || error.retryable) throw error;
      if (rows.length > 1) {
        for (const row of rows) await sendOrSetAside(leading, [row]);
        return;
      }
      const [row] = rows;
      log.error({ err: error, topic: row?.topic, outboxId: row?.id }, 'event set aside: kafka refuses it');
      await database.query(
        `insert into outbox_set_aside (id, topic, key, value, headers, created_at, error)
         select id, topic, key, value, headers, created_at, $2 from outbox where id = $1 on conflict do nothing`,
        [row?.id, error.message],
      );
      metrics.setAside();
    }
  };

  /** As Kafka would: a batch as a whole, and then the one row, with which the fault is over. */
  const refuseOne = (rows: readonly OutboxRow[]) => {
    if (rows.length === 1) faults.take('refuse-row');
    throw new KitError('kafka_refused', 'Kafka refuses the record: a fault was injected here');
  };

  const worker: Worker = startWorker(deps, {
    name: 'outbox-relay',
    everyMs: pollMs,
    async run() {
      await metrics.measure(database);
      producer ??= await campaign();
      return producer ? publish(producer) : false;
    },
  });

  return {
    async stop() {
      worker.stop();
      await worker.done;
      if (producer) {
        while (await publish(producer));
        await connection?.query('delete from outbox_leader');
      }
      await resign();
    },
  };
}

/**
 * A predecessor that ended in order has removed its row. One that lost its connection or was killed may still have a
 * send under way, which must not land behind ours.
 */
async function waitForPredecessor(connection: pg.Client): Promise<void> {
  await connection.query(
    `select pg_sleep(greatest(0, extract(epoch from least(renewed_at, now()) + make_interval(secs => $1) - now())))
     from outbox_leader`,
    [sendBudgetMs / 1000],
  );
  await connection.query(
    `insert into outbox_leader (renewed_at) values (now())
     on conflict (only_row) do update set renewed_at = excluded.renewed_at`,
  );
}
