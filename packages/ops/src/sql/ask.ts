import { createLog, openDatabase } from '@tocsin/kit';
import { databaseUrl, withDatabase } from '../../../../deploy/local/jobs.ts';
import type { Ports } from '../../../../deploy/local/ports.ts';
import { rowsTable } from './rows-table.ts';

/** What Postgres is told on connecting: whoever only looks changes nothing. */
export const readOnly = '-c default_transaction_read_only=on';

/**
 * Puts one statement to a database, and writes nothing.
 * @param options.write lets it write all the same.
 * @returns a table of the answer; of one that answers no rows what it did, such as `DELETE 2`.
 * @throws Error in Postgres' words.
 */
export async function ask(
  url: string,
  statement: string,
  options: { write?: boolean } = {},
): Promise<string> {
  const log = createLog({ service: 'sql', release: 'local', level: 'silent' });
  const asking = new URL(url);
  if (!options.write) asking.searchParams.set('options', readOnly);
  const client = await openDatabase({ log }, asking.href, 'make sql').dedicated();
  // Prepared, so that Postgres refuses several at once: the first would be done before anybody sees that there are more.
  const prepared = { text: statement, queryMode: 'extended' };
  try {
    const { command, rowCount, rows } = await client.query<Record<string, unknown>>(prepared);
    return rows.length === 0 && command !== 'SELECT' ? `${command} ${rowCount}` : rowsTable(rows);
  } finally {
    await client.end();
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
