import { createLog, openDatabase } from '@tocsin/kit';
import { databaseUrl, withDatabase } from '../../../../deploy/local/jobs.ts';
import type { Ports } from '../../../../deploy/local/ports.ts';
import { rowsTable } from './rows-table.ts';

/** What Postgres is told on connecting: whoever only looks changes nothing. */
export const readOnly = '-c default_transaction_read_only=on';

/**
 * Puts one statement to a database, and writes nothing.
 * @returns a table of the answer.
 * @throws Error in Postgres' words.
 */
export async function ask(url: string, statement: string): Promise<string> {
  const log = createLog({ service: 'sql', release: 'local', level: 'silent' });
  const asking = new URL(url);
  asking.searchParams.set('options', readOnly);
  const database = openDatabase({ log }, asking.href, 'make sql');
  try {
    const rows = await database.query(statement);
    if (!Array.isArray(rows)) throw new Error('One statement at a time, please.');
    return rowsTable(rows);
  } finally {
    await database.close();
  }
}

/**
 * Where a service of `make up` keeps its data.
 * @throws Error when it has no database in Postgres, with those that have.
 */
export function urlOf(ports: Ports, service: string): string {
  return databaseUrl({ ports }, knownDatabase(service));
}

/** @throws Error when the service has no database in Postgres, with those that have. */
export function knownDatabase(service: string): string {
  if (withDatabase.includes(service)) return service;
  throw new Error(`${service} has no database in Postgres; there are ${withDatabase.join(', ')}`);
}
