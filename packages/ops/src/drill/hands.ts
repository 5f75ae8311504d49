import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  createLog,
  createMetrics,
  createProducer,
  type Database,
  openDatabase,
  withAdmin,
} from '@tocsin/kit';
import { bootstrapServers } from '../../../../deploy/local/brokers.ts';
import { databaseUrl } from '../../../../deploy/local/jobs.ts';
import type { Ports } from '../../../../deploy/local/ports.ts';
import { superuserUrl } from '../../../../deploy/local/postgres.ts';
import type { Site } from '../stack/site.ts';
import type { Platform } from './platform.ts';

type Rows = Promise<readonly Record<string, unknown>[]>;

/** What a drill whose breakage is of the kind `acts` works with: the laptop's platform from the inside. */
export interface Hands {
  readonly platform: Platform;
  readonly ports: Ports;
  /** Of the repository. */
  readonly root: string;
  /** What the parts keep, a folder named after each. */
  readonly dataDir: string;
  /** One statement in the service's own database, as its own role. */
  sql(service: string, text: string, values?: readonly unknown[]): Rows;
  /** One statement as the superuser, in the database `postgres`. */
  superuserSql(text: string): Rows;
  /** For more than one statement on a connection. Whoever asks closes it; it ends with this process at the latest. */
  database(service: string): Database;
  readonly kafkaBrokers: string;
  /** Deletes what the topic has: a newer record before an older one would hide its age. */
  emptyTopic(topic: string): Promise<void>;
  /** Publishes one record without a key; with `publishedAt`, as if it had been there since. */
  publish(record: Published): Promise<void>;
  /** A folder of this drill's own, there from before it breaks anything until it is repaired. */
  readonly state: string;
}

interface Published {
  readonly topic: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly publishedAt?: Date;
}

/** The hands for one drill. They hold nothing open. */
export function handsAt(options: {
  root: string;
  dataDir: string;
  ports: Ports;
  brokers?: Site['brokers'];
  platform: Platform;
  alert: string;
}): Hands {
  const { root, ports, brokers = 1, alert } = options;
  const kafkaBrokers = bootstrapServers({ ports, brokers });
  return {
    ...options,
    kafkaBrokers,
    emptyTopic: (topic) => emptyTopic(kafkaBrokers, topic),
    publish: (record) => publish(kafkaBrokers, record),
    state: path.join(root, '.tocsin', 'drills', alert),
    database: (service) => open(databaseUrl({ ports }, service)),
    sql: (service, text, values = []) => ask(open(databaseUrl({ ports }, service)), text, values),
    superuserSql: (text) => ask(open(superuserUrl(ports.postgres.sql)), text, []),
  };
}

export async function makeState({ state }: Hands): Promise<void> {
  await mkdir(state, { recursive: true });
}

export async function removeState({ state }: Hands): Promise<void> {
  await rm(state, { recursive: true, force: true });
}

async function publish(brokers: string, { value, headers = {}, ...record }: Published): Promise<void> {
  const producer = createProducer(
    { log: silent(), metrics: createMetrics() },
    { brokers: brokers.split(','), clientId: 'drill', sendBudgetMs: 10_000 },
  );
  try {
    await producer.send([{ ...record, key: null, value: Buffer.from(value), headers }]);
  } finally {
    await producer.close();
  }
}

async function emptyTopic(brokers: string, topic: string): Promise<void> {
  await withAdmin({ log: silent() }, { brokers: brokers.split(','), clientId: 'drill' }, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions });
  });
}

const silent = () => createLog({ service: 'drill', release: 'local', level: 'silent' });

function open(url: string): Database {
  return openDatabase({ log: silent() }, url, 'drill');
}

async function ask(database: Database, text: string, values: readonly unknown[]): Rows {
  try {
    return await database.query(text, values);
  } finally {
    await database.close();
  }
}
