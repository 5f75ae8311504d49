import { createLog, type Log, openDatabase } from '@tocsin/kit';
import { untilItWorks } from './until-it-works.ts';

/**
 * Gives each service that keeps data a database and a role of its own, both named as its URL says, as soon as the
 * server lets it; what is there already stays, with the password of the URL.
 * @param adminUrl of the server that they all are on, for a role that may create roles and databases; without user and
 * password, PGUSER and PGPASSWORD count.
 */
export async function createDatabases(adminUrl: string, serviceUrls: readonly string[]): Promise<void> {
  const log = createLog({ service: 'databases', release: 'local', level: 'info' });
  await untilItWorks(log, 'create databases', () => createMissing(log, adminUrl, serviceUrls));
  log.info({ databases: serviceUrls.map((url) => new URL(url).username) }, 'databases are there');
}

async function createMissing(log: Log, adminUrl: string, serviceUrls: readonly string[]): Promise<void> {
  const server = openDatabase({ log }, adminUrl, 'databases');
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
    const [admin] = await server.query<{ superuser: boolean }>(
      'select rolsuper as superuser from pg_roles where rolname = current_user',
    );
    for (const url of serviceUrls.map((text) => new URL(text))) {
      const name = url.username;
      const roles = await server.query('select 1 from pg_roles where rolname = $1', [name]);
      await run(`${roles.length ? 'alter' : 'create'} role %I login password %L`, name, url.password);
      const databases = await server.query('select 1 from pg_database where datname = $1', [name]);
      if (databases.length) continue;
      // Who is no superuser, as the administrators of hosted servers are not, gives databases only to its own roles.
      if (!admin?.superuser) await run('grant %I to current_user', name);
      await run('create database %I owner %I', name, name);
      await run('revoke connect on database %I from public', name);
      log.info({ database: name }, 'database created');
    }
  } finally {
    await server.close();
  }
}
