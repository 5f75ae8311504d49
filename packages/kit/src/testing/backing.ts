import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { systemClock } from '../clock.ts';
import type { CrashReporter } from '../crash.ts';
import { noFaults } from '../faults/faults.ts';
import { createTopics, type TopicShape, withAdmin } from '../kafka/admin.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { migrate } from '../postgres/migrate.ts';
import { createOutbox, type Outbox } from '../postgres/outbox.ts';
import { type Database, openDatabase } from '../postgres/pool.ts';

/** Addresses of the real Kafka and Postgres that the test run has started (tests/setup/backing.ts). */
function backing(name: 'KAFKA_BROKERS' | 'POSTGRES_URL'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run with --test-global-setup=tests/setup/backing.ts`);
  return value;
}

export const testBrokers = (): string[] => backing('KAFKA_BROKERS').split(',');

export const uniqueName = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

/** What the parts of the kit are made from, with crash reports kept for the test to look at. */
export function testDeps() {
  const reports: { error: unknown; where: Readonly<Record<string, string>> }[] = [];
  const crash: CrashReporter = {
    report: (error, where) => void reports.push({ error, where }),
    async close() {},
  };
  return {
    log: createLog({ service: 'test', release: 'test', level: process.env.TEST_LOG_LEVEL ?? 'fatal' }),
    metrics: createMetrics(),
    clock: systemClock,
    faults: noFaults,
    crash,
    reports,
  };
}

/** Cleans up after a test, the last thing first. */
export function cleanup(test: TestContext): AsyncDisposableStack {
  const stack = new AsyncDisposableStack();
  test.after(() => stack.disposeAsync());
  return stack;
}

/** A database with the kit's tables and those of `migrations`, gone after the test. */
export async function createTestDatabase(
  deps: ReturnType<typeof testDeps>,
  clean: AsyncDisposableStack,
  migrations = new URL('./no-migrations/', import.meta.url),
): Promise<{ database: Database; url: string; outbox: Outbox }> {
  const name = uniqueName('kit').replaceAll('-', '_');
  const admin = new pg.Client(backing('POSTGRES_URL'));
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(backing('POSTGRES_URL'));
  url.pathname = `/${name}`;
  const database = openDatabase(deps, url.href, 'test');
  clean.defer(async () => {
    await database.close();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });
  await migrate(deps, database, migrations);
  await database.query('create table effects (key text primary key, count int not null, last text)');
  return { database, url: url.href, outbox: createOutbox(deps, 'test') };
}

/** Topics of this test's own, and the definitions that read and write them. */
export async function createTestTopics(
  deps: ReturnType<typeof testDeps>,
  options: { partitions?: number; brokers?: string[] } = {},
) {
  const events = testTopic(uniqueName('events'), options.partitions);
  const group = testGroup(uniqueName('group'), events);
  const brokers = options.brokers ?? testBrokers();
  const { deadLetters, replays } = group;
  await createTopics(deps, { brokers, clientId: 'test' }, [
    events,
    { ...events, ...deadLetters },
    { ...events, ...replays },
  ]);
  const [happened] = group.events;
  return { brokers, events, happened, group };
}

/** A group that the broker knows by what it has committed, and that has no member; unknown again after the test. */
export async function commitFor(clean: AsyncDisposableStack, groupId: string, topic: string): Promise<void> {
  const deps = testDeps();
  const options = { brokers: testBrokers(), clientId: 'test' };
  await withAdmin(deps, options, (admin) =>
    admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '0' }] }),
  );
  clean.defer(async () => void (await withAdmin(deps, options, (admin) => admin.deleteGroups([groupId]))));
}

export const testTopic = (name: string, partitions = 1): TopicShape => ({
  name,
  partitions,
  retentionMs: 3_600_000,
  compacted: false,
  maxMessageBytes: 1024 * 1024,
});

/** A group that reacts to one event of one topic. */
export function testGroup(name: string, topic: TopicShape) {
  const happened = {
    type: 'thing.happened.v1',
    topic,
    key: 'key',
    schema: z.object({ key: z.string(), text: z.string() }),
  } as const;
  return {
    name,
    events: [happened] as const,
    deadLetters: { name: `${name}.dead-letters` },
    replays: { name: `${name}.replays` },
  };
}

/** Waits until `look` sees something; fails with what `describe` says after `deadlineMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = 30_000,
  describe: () => unknown = () => '',
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end)
      throw new Error(`${what}: not within ${deadlineMs} ms ${JSON.stringify(describe())}`);
    await sleep(20);
  }
}
