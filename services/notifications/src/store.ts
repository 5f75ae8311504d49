import type { Queryable, Transaction } from '@tocsin/kit';
import type { Letter } from './letter.ts';
import type { Message, MessageKind, MessageStatus } from './message.ts';

/** A message that is due, taken by one worker until its lease ends. */
export type DueMessage = Message & {
  readonly createdAt: Date;
  /** This one included. */
  readonly attempts: number;
};

export interface ListedMessage {
  readonly messageId: string;
  readonly kind: MessageKind;
  readonly subject: string | null;
  readonly status: MessageStatus;
  readonly at: Date;
}

/** The tables `recipients` and `messages`. Recipients are locked first, in the order of their ids. */
export interface MessageStore {
  /** Adds those that are new, and locks all of them. */
  lockRecipients(
    transaction: Transaction,
    customerIds: readonly string[],
  ): Promise<{ customerId: string; erased: boolean }[]>;
  insert(transaction: Transaction, messages: readonly Message[]): Promise<Pick<Message, 'kind' | 'status'>[]>;
  markErased(transaction: Transaction, customerIds: readonly string[]): Promise<void>;
  /** @returns those that were still pending. */
  dropPending(transaction: Transaction, customerIds: readonly string[]): Promise<{ kind: MessageKind }[]>;
  wipe(transaction: Transaction, customerIds: readonly string[]): Promise<void>;
  /** Takes messages that are due: until `leaseEnds` they are nobody else's. */
  take(on: Queryable, now: Date, leaseEnds: Date, limit: number): Promise<DueMessage[]>;
  /** @returns false where it is no longer pending: it was dropped meanwhile. */
  end(on: Queryable, messageId: string, status: MessageStatus, letter?: Letter): Promise<boolean>;
  putOff(on: Queryable, messageId: string, until: Date): Promise<void>;
  list(on: Queryable, customerId: string): Promise<ListedMessage[]>;
}

const columns = `message_id as "messageId", customer_id as "customerId", kind, order_id as "orderId", traceparent, status`;

export function createMessageStore(): MessageStore {
  return {
    async lockRecipients(transaction, customerIds) {
      await transaction.query(
        `insert into recipients (customer_id) select distinct unnest($1::uuid[]) as id order by id
         on conflict do nothing`,
        [customerIds],
      );
      return transaction.query(
        `select customer_id as "customerId", erased_at is not null as erased from recipients
         where customer_id = any($1) order by customer_id for update`,
        [customerIds],
      );
    },
    insert: (transaction, messages) =>
      transaction.query(
        `insert into messages (message_id, customer_id, kind, order_id, traceparent, status)
         select * from unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[])
         on conflict do nothing returning kind, status`,
        [
          messages.map(({ messageId }) => messageId),
          messages.map(({ customerId }) => customerId),
          messages.map(({ kind }) => kind),
          messages.map(({ orderId }) => orderId),
          messages.map(({ traceparent }) => traceparent),
          messages.map(({ status }) => status),
        ],
      ),
    async markErased(transaction, customerIds) {
      await transaction.query('update recipients set erased_at = now() where customer_id = any($1)', [
        customerIds,
      ]);
    },
    dropPending: (transaction, customerIds) =>
      transaction.query(
        `update messages set status = 'dropped', at = now()
         where customer_id = any($1) and status = 'pending' returning kind`,
        [customerIds],
      ),
    async wipe(transaction, customerIds) {
      await transaction.query(
        `update messages set recipient = null, subject = null, body = null
         where customer_id = any($1) and recipient is not null`,
        [customerIds],
      );
    },
    take: (on, now, leaseEnds, limit) =>
      on.query(
        `update messages set attempts = attempts + 1, next_attempt_at = $2
         where message_id in (
           select message_id from messages where status = 'pending' and next_attempt_at <= $1
           order by next_attempt_at limit $3 for update skip locked
         )
         returning ${columns}, created_at as "createdAt", attempts`,
        [now, leaseEnds, limit],
      ),
    async end(on, messageId, status, letter) {
      const ended = await on.query(
        `update messages set status = $2, at = now(), recipient = $3, subject = $4, body = $5
         where message_id = $1 and status = 'pending' returning message_id`,
        [messageId, status, letter?.recipient, letter?.subject, letter?.body],
      );
      return ended.length > 0;
    },
    async putOff(on, messageId, until) {
      await on.query('update messages set next_attempt_at = $2 where message_id = $1', [messageId, until]);
    },
    list: (on, customerId) =>
      on.query(
        `select message_id as "messageId", kind, subject, status, at from messages
         where customer_id = $1 order by at desc limit 100`,
        [customerId],
      ),
  };
}
