import pg from 'pg';
import { unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PostgresWatch } from './reachability.ts';

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
/** How long a statement runs before we ask whether the server is still there. */
const impatientMs = 1000;

/**
 * A pool that comes back by itself after an outage: nothing here fails because the server is away at start. With a
 * watch, nothing waits either for a server whose packets no longer come: after two seconds it counts as lost.
 */
export function openDatabase(
  deps: { log: Log; watch?: PostgresWatch },
  url: string,
  applicationName: string,
): Database {
  const { log, watch } = deps;
  const options = {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    // Asked of the server, and of ourselves in case the server no longer answers.
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 2000,
    keepAlive: true,
  };
  const openPool = () => {
    const opened = new pg.Pool({ ...options, max: 8, idleTimeoutMillis: 30_000 });
    const clients = new Set<pg.PoolClient>();
    opened.on('connect', (client) => void clients.add(client));
    opened.on('remove', (client) => void clients.delete(client));
    // Without a listener, losing an idle connection would end the process.
    opened.on('error', (err) => log.warn({ err }, 'idle database connection lost'));
    return Object.assign(opened, { clients });
  };
  let pool = openPool();

  /** Gives up its connections, and the statements that wait on them with it: new ones are made when they are needed. */
  const giveUp = (lost: typeof pool) => {
    if (lost !== pool) return;
    pool = openPool();
    log.warn('database connections given up: the server no longer answers');
    for (const client of lost.clients) void client.end().catch(() => {});
    void lost.end().catch(() => {});
  };
  const failed = (error: unknown): unknown => {
    if (aboutTheConnection(error)) watch?.doubt();
    return translate(error);
  };

  const on = (target: () => pg.Pool | pg.PoolClient): Queryable => ({
    async query<R extends object>(sql: string, parameters: readonly unknown[] = []) {
      const used = pool;
      const look = async () => {
        if (watch && !(await watch.ask())) giveUp(used);
      };
      const looking = watch && setInterval(() => void look(), impatientMs);
      try {
        return (await target().query<R & pg.QueryResultRow>(sql, [...parameters])).rows;
      } catch (error) {
        throw failed(error);
      } finally {
        clearInterval(looking);
      }
    },
  });

  return {
    ...on(() => pool),
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw failed(error);
      });
      // A connection that breaks while it is out emits an error that nobody else would hear.
      const ignore = () => {};
      client.on('error', ignore);
      let broken: Error | undefined;
      const committed: (() => void)[] = [];
      try {
        const transaction: Transaction = {
          ...on(() => client),
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
      client.on('error', (err) => log.warn({ err }, 'dedicated database connection lost'));
      try {
        await client.connect();
        return client;
      } catch (error) {
        throw failed(error);
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
  const transient =
    error instanceof pg.DatabaseError ? ofClass(error, transientClasses) : aboutTheConnection(error);
  return transient ? unavailable('database_unavailable', 'The database is not available', error) : error;
}

/** Deadlocks and statements that take too long say nothing about the connection. */
const connectionClasses = new Set(['08', '53']);
const shutdownCodes = /^57P0/;

function aboutTheConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error && !(error instanceof TypeError);
  return ofClass(error, connectionClasses) || shutdownCodes.test(error.code ?? '');
}

const ofClass = ({ code = '' }: pg.DatabaseError, classes: ReadonlySet<string>) =>
  classes.has(code.slice(0, 2));
