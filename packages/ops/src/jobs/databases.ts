import { createLog, type Log, openDatabase } from '@tocsin/kit';
import { untilItWorks } from './until-it-works.ts';

/**
 * Gives each service that keeps data a database and a role of its own, both named as its URL says, as soon as the
 * server lets it; what is there already stays, with the password of the URL.
 * @param superuserUrl of the server that they all are on; without user and password, PGUSER and PGPASSWORD count.
 */
export async function createDatabases(superuserUrl: string, serviceUrls: readonly string[]): Promise<void> {
  const log = createLog({ service: 'databases', release: 'local', level: 'info' });
  await untilItWorks(log, 'create databases', () => createMissing(log, superuserUrl, serviceUrls));
  log.info({ databases: serviceUrls.map((url) => new URL(url).username) }, 'databases are there');
}

async function createMissing(log: Log, superuserUrl: string, serviceUrls: readonly string[]): Promise<void> {
  const server = openDatabase({ log }, superuserUrl, 'databases');
  /** Names cannot be parameters of such statements: Postgres itself quotes them. */
  const run = async (template: string, ...names: string[]) => {
    const places = names.map((_, index) => `$${index + 2}::text`).join(', ');
    const [row] = await server.query<{ statement: string }>(`select format($1, ${places}) as statement`, [
      template,
      ...names,
    ]);
    if (row) await server.query(row.statement);
  };
  try {
    for (const url of serviceUrls.map((text) => new URL(text))) {
      const name = url.username;
      const roles = await server.query('select 1 from pg_roles where rolname = $1', [name]);
      await run(`${roles.length ? 'alter' : 'create'} role %I login password %L`, name, url.password);
      const databases = await server.query('select 1 from pg_database where datname = $1', [name]);
      if (databases.length) continue;
      await run('create database %I owner %I', name, name);
      await run('revoke connect on database %I from public', name);
      log.info({ database: name }, 'database created');
    }
  } finally {
    await server.close();
  }
}
