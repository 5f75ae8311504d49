import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Log } from '../log.ts';
import type { Database } from './pool.ts';

/** Any constant will do, as long as nothing else locks it: "tocsin" in hexadecimal, cut to 31 bits. */
const migrationLock = 0x746f6373;

const ownMigrations = new URL('./migrations/', import.meta.url);

/**
 * Brings the database up to date: first the kit's tables (outbox, inbox), then those of the service, each a folder
 * of numbered .sql files. Replicas that start together wait for one another.
 */
export async function migrate(deps: { log: Log }, database: Database, migrations: URL): Promise<void> {
  const client = await database.dedicated();
  try {
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    for (const [table, folder] of [
      ['kit_migrations', ownMigrations],
      ['service_migrations', migrations],
    ] as const) {
      const applied = await runner({
        dbClient: client,
        dir: fileURLToPath(folder),
        direction: 'up',
        migrationsTable: table,
        noLock: true,
        log: () => {},
      });
      for (const { name } of applied) deps.log.info({ migration: name }, 'migration applied');
    }
  } finally {
    await client.end();
  }
}
