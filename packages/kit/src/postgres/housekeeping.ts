import type { WorkerDefinition } from '../worker.ts';
import type { Database } from './pool.ts';

const hourMs = 60 * 60 * 1000;
/** Longer than any topic or dead-letter topic keeps its records: until then a record may come again. */
const inboxDays = 15;
const idempotencyDays = 2;

/** Forgets what can no longer come again. */
export function housekeeping(database: Database): WorkerDefinition {
  return {
    name: 'housekeeping',
    everyMs: hourMs,
    async run() {
      await database.query('delete from inbox where at < now() - make_interval(days => $1)', [inboxDays]);
      await database.query('delete from idempotency_keys where at < now() - make_interval(days => $1)', [
        idempotencyDays,
      ]);
      return false;
    },
  };
}
