import type { DatabaseSync } from 'node:sqlite';

interface OutgoingMessage {
  /** What is sent, as JSON. */
  readonly body: string;
  /** When what it tells of happened: the alert began to fire, or ended. */
  readonly happenedAt: string;
  readonly queuedAt: string;
}

interface QueuedMessage extends OutgoingMessage {
  readonly id: number;
  readonly attempts: number;
  readonly nextAttemptAt: string;
  readonly lastError: string | null;
}

/** The table `outgoing_messages`: first in, first out, so that no all-clear overtakes its alarm. */
export interface MessageQueue {
  add(message: OutgoingMessage): void;
  head(): QueuedMessage | undefined;
  postpone(id: number, until: Date, error: string): void;
  remove(id: number): void;
  length(): number;
}

export function createMessageQueue(database: DatabaseSync): MessageQueue {
  const insert = database.prepare(
    'insert into outgoing_messages (body, happened_at, queued_at, next_attempt_at) values (?, ?, ?, ?)',
  );
  const select = database.prepare(
    `select id, body, happened_at as "happenedAt", queued_at as "queuedAt", attempts,
       next_attempt_at as "nextAttemptAt", last_error as "lastError"
     from outgoing_messages order by id limit 1`,
  );
  const update = database.prepare(
    `update outgoing_messages set attempts = attempts + 1, next_attempt_at = ?, last_error = ? where id = ?`,
  );
  const remove = database.prepare('delete from outgoing_messages where id = ?');
  const count = database.prepare('select count(*) as count from outgoing_messages');
  return {
    add: ({ body, happenedAt, queuedAt }) => void insert.run(body, happenedAt, queuedAt, queuedAt),
    head: () => select.get() as QueuedMessage | undefined,
    postpone: (id, until, error) => void update.run(until.toISOString(), error, id),
    remove: (id) => void remove.run(id),
    length: () => Number(count.get()?.count),
  };
}
