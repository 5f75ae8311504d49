import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

const everyMs = 2000;
const patienceMs = 1000;

export interface PostgresWatch {
  /** Asks the server now. @returns whether it has answered within a second. */
  ask(): Promise<boolean>;
  /** Somebody could not reach it: it counts as gone until it lets us in anew. */
  doubt(): void;
  stop(): Promise<void>;
}

/**
 * Asks the server every two seconds for an answer, on a connection of its own that no crowded pool holds up, and says
 * so in `postgres_reachable`: three seconds after the server has gone, in whichever way, at the latest.
 */
export function watchPostgres(
  deps: { log: Log; metrics: Metrics },
  url: string,
  applicationName: string,
): PostgresWatch {
  const { log } = deps;
  const gauge = deps.metrics.gauge(
    'postgres_reachable',
    'Whether Postgres answered the last check, and lets in whoever asked since: 1 or 0.',
  );
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let answers: boolean | undefined;
  let asking: Promise<boolean> | undefined;

  const discard = () => {
    void client?.end().catch(() => {});
    client = undefined;
  };
  const question = async () => {
    if (!client) {
      client = new pg.Client({
        connectionString: url,
        application_name: `${applicationName}-reachability`,
        // What is given up is given up below; these end what it leaves behind.
        connectionTimeoutMillis: 2 * patienceMs,
        query_timeout: 2 * patienceMs,
      });
      // The next question finds out.
      client.on('error', () => {});
      await client.connect();
    }
    await client.query('select 1');
  };
  const askOnce = async () => {
    try {
      await withPatience(question());
      if (!answers) log.info('postgres answers');
      answers = true;
    } catch (err) {
      discard();
      if (answers !== false && !stopping.signal.aborted) log.warn({ err }, 'postgres does not answer');
      answers = false;
    }
    gauge.set(answers ? 1 : 0);
    return answers;
  };
  const ask = () => {
    asking ??= askOnce().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  const loop = async () => {
    while (!stopping.signal.aborted) {
      const next = performance.now() + everyMs;
      await ask();
      const { signal } = stopping;
      await sleep(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => {});
    }
  };
  const done = loop();
  return {
    ask,
    doubt() {
      if (!answers) return;
      answers = false;
      gauge.set(0);
      void Promise.resolve(asking).then(() => {
        // A connection that is there already says nothing about whoever wants a new one.
        discard();
        return ask();
      });
    },
    async stop() {
      stopping.abort();
      await done;
      discard();
    },
  };
}

/** @throws when there is no answer in time. */
async function withPatience(question: Promise<void>): Promise<void> {
  const answered = new AbortController();
  const { signal } = answered;
  const tooLate = sleep(patienceMs, undefined, { signal }).then(async () => {
    // A loop that was blocked may find the answer in its very next turn: that is no outage.
    await turn();
    throw new Error(`No answer within ${patienceMs} ms`);
  });
  try {
    await Promise.race([question, tooLate]);
  } finally {
    tooLate.catch(() => {});
    answered.abort();
  }
}
