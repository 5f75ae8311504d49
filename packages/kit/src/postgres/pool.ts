import pg from 'pg';
import { unavailable } from '../errors.ts';
import type { Log } from '../log.ts';

export type Row = Record<string, unknown>;

/** Runs one statement; its parameters are $1, $2 and so on. */
export interface Queryable {
  query<R extends object = Row>(sql: string, parameters?: readonly unknown[]): Promise<R[]>;
}

/** A transaction under way. Whatever is done through it is done together or not at all. */
export interface Transaction extends Queryable {
  readonly inTransaction: true;
  /** Calls `done` once all of it is committed, never when it is rolled back: the place to count what was done. */
  afterCommit(done: () => void): void;
}

export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction and commits it; rolls back when it throws.
   * @throws {KitError} `database_unavailable` (transient) when the connection is lost, on a deadlock, or when the
   * server takes too long; whatever `work` threw otherwise.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** A connection outside the pool, for locks and LISTEN. The caller ends it. */
  dedicated(): Promise<pg.Client>;
  close(): Promise<void>;
}

// bigint counters fit into a double here, and a number is what callers want to compare.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const connectTimeoutMs = 2000;
const statementTimeoutMs = 10_000;

/** A pool that comes back by itself after an outage: nothing here fails because the server is away at start. */
export function openDatabase(deps: { log: Log }, url: string, applicationName: string): Database {
  const options = {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    // Asked of the server, and of ourselves in case the server no longer answers.
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 2000,
    keepAlive: true,
  };
  const pool = new pg.Pool({ ...options, max: 8, idleTimeoutMillis: 30_000 });
  // Without a listener, losing an idle connection would end the process.
  pool.on('error', (err) => deps.log.warn({ err }, 'idle database connection lost'));

  const on = (target: pg.Pool | pg.PoolClient): Queryable => ({
    async query<R extends object>(sql: string, parameters: readonly unknown[] = []) {
      try {
        return (await target.query<R & pg.QueryResultRow>(sql, [...parameters])).rows;
      } catch (error) {
        throw translate(error);
      }
    },
  });

  return {
    ...on(pool),
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw translate(error);
      });
      // A connection that breaks while it is out emits an error that nobody else would hear.
      const ignore = () => {};
      client.on('error', ignore);
      let broken: Error | undefined;
      const committed: (() => void)[] = [];
      try {
        const transaction: Transaction = {
          ...on(client),
          inTransaction: true,
          afterCommit: (done) => void committed.push(done),
        };
        await transaction.query('begin');
        const result = await work(transaction);
        await transaction.query('commit');
        for (const done of committed) done();
        return result;
      } catch (error) {
        await client.query('rollback').catch((failure: Error) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    },
    async dedicated() {
      const client = new pg.Client(options);
      // Losing it between two statements must not end the process; whoever cares listens too.
      client.on('error', (err) => deps.log.warn({ err }, 'dedicated database connection lost'));
      try {
        await client.connect();
        return client;
      } catch (error) {
        throw translate(error);
      }
    },
    close: () => pool.end(),
  };
}

/**
 * Classes of SQLSTATE that say nothing about the statement: 08 connection, 53 resources, 57 operator (shutdown,
 * cancelled, not yet up), and 40 deadlock or serialization. https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const transientClasses = new Set(['08', '53', '57', '40']);

function translate(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Errors that come from the server are DatabaseErrors; all others are about reaching it.
  const transient =
    error instanceof pg.DatabaseError
      ? transientClasses.has(code.slice(0, 2))
      : !(error instanceof TypeError);
  return transient ? unavailable('database_unavailable', 'The database is not available', error) : error;
}
