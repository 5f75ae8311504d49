import type { Clock } from '../clock.ts';
import type { Outgoing, WireRecord } from '../kafka/cloud-event.ts';
import { createRecord } from '../kafka/spans.ts';
import { currentTrace } from '../trace-context.ts';
import type { Transaction } from './pool.ts';

export interface Outbox {
  /**
   * Records events in the transaction that caused them; the relay publishes them once it is committed. Whoever calls
   * this holds the lock of the aggregate, so that ids of one key are drawn in the order of their commits.
   */
  append(transaction: Transaction, events: readonly Outgoing[]): Promise<void>;
}

export const outboxChannel = 'outbox';

export function createOutbox(deps: { clock: Clock }, source: string): Outbox {
  return {
    async append(transaction, events) {
      const from = { source, time: deps.clock.now(), parent: currentTrace()?.traceparent };
      await appendRecords(
        transaction,
        events.map((event) => createRecord(event, from)),
      );
    },
  };
}

export async function appendRecords(transaction: Transaction, records: readonly WireRecord[]): Promise<void> {
  if (records.length === 0) return;
  await transaction.query(
    `insert into outbox (topic, key, value, headers)
     select * from unnest($1::text[], $2::bytea[], $3::bytea[], $4::jsonb[])`,
    [
      records.map(({ topic }) => topic),
      records.map(({ key }) => key),
      records.map(({ value }) => value),
      records.map(({ headers }) => JSON.stringify(headers)),
    ],
  );
  await transaction.query(`notify ${outboxChannel}`);
}
