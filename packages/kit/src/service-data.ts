import pRetry from 'p-retry';
import type { Health } from './admin/health.ts';
import type { Clock } from './clock.ts';
import type { ConfigOf, kafkaConfig } from './config.ts';
import type { CrashReporter } from './crash.ts';
import type { Faults } from './faults/faults.ts';
import { kafkaAccess } from './kafka/access.ts';
import { waitForTopics } from './kafka/admin.ts';
import {
  type BatchConsumer,
  type BatchConsumerOptions,
  createBatchConsumer,
} from './kafka/batch-consumer.ts';
import type { EventShape } from './kafka/cloud-event.ts';
import { consumeLoopCheck } from './kafka/consumer-liveness.ts';
import { zeroSent } from './kafka/producer.ts';
import { watchReachability } from './kafka/reachability.ts';
import { replicaIsCaughtUp, topicEnds } from './kafka/replica-progress.ts';
import type { ShutdownStep } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { housekeeping } from './postgres/housekeeping.ts';
import { createInboxHandler, type GroupShape, type Reactions } from './postgres/inbox.ts';
import { migrate } from './postgres/migrate.ts';
import { createOutbox, type Outbox } from './postgres/outbox.ts';
import { type Database, openDatabase } from './postgres/pool.ts';
import { watchPostgres } from './postgres/reachability.ts';
import { type Relay, startRelay } from './postgres/relay.ts';
import {
  createReplicaHandler,
  type StateReplica,
  startOverBeyond,
  storedOffsets,
} from './postgres/state-replica.ts';
import { startWorker, type Worker } from './worker.ts';

/** The parts of a service that keep data and speak Kafka. */
export interface ServiceData {
  /** The service's own database; its migrations run before anything else. */
  postgres(url: string, migrations: URL): Database;
  kafka(config: ConfigOf<typeof kafkaConfig>, database: Database): ServiceKafka;
}

export interface ServiceKafka {
  /** Where transactions leave the events that they cause. */
  outbox(options: { publishes: readonly { readonly name: string }[] }): Outbox;
  /** Reacts to the events of a group, once in effect. */
  consume<Definition extends EventShape, World>(
    group: GroupShape<Definition>,
    reactions: Reactions<Definition, World>,
  ): void;
  /** Keeps a copy of somebody else's state; the service is ready once it has caught up. */
  replicate<Definition extends EventShape>(
    group: GroupShape<Definition>,
    replica: StateReplica<Definition>,
  ): void;
}

interface Deps {
  log: Log;
  metrics: Metrics;
  crash: CrashReporter;
  clock: Clock;
  health: Health;
  faults: Faults;
  /** Ends the process, and says of what. */
  die(error: unknown, where: Readonly<Record<string, string>>): Promise<never>;
}

/** What is declared here starts in `start`, in this order: migrations, relay, topics, consumers. */
export function createServiceData(deps: Deps, service: string) {
  const { log, clock, health } = deps;
  const startups: ((signal: AbortSignal) => Promise<void>)[] = [];
  const consumers: BatchConsumer[] = [];
  const relays: Relay[] = [];
  const workers: Worker[] = [];
  const databases: Database[] = [];
  const watches: { stop(): Promise<void> }[] = [];

  /** A process that consumes nothing any more is of no use, and alive it would look healthy. */
  const die = (err: unknown, group: string) => {
    log.fatal({ err, group }, 'nothing is consumed any more');
    void deps.die(err, { group });
  };

  const postgres = (url: string, migrations: URL) => {
    const watch = watchPostgres(deps, url, service);
    const database = openDatabase({ log, watch }, url, service);
    watches.push(watch);
    databases.push(database);
    const migrated = health.latch('migrations');
    startups.push(async (signal) => {
      await persist(signal, log, 'migrations', () => migrate({ log }, database, migrations));
      migrated.set();
      workers.push(startWorker(deps, housekeeping(database)));
    });
    return database;
  };

  const kafka: ServiceData['kafka'] = (config, database) => {
    const options = { ...kafkaAccess(config), clientId: service };
    const reachability = watchReachability(deps, options);
    watches.push(reachability);
    const outbox = createOutbox({ clock }, service);
    // Whoever only listens needs it too: dead letters leave by the outbox.
    startups.push(async () => void relays.push(startRelay({ ...deps, database }, options)));

    const startConsumer = (
      consumerOptions: Pick<BatchConsumerOptions, 'group' | 'topics' | 'handle' | 'onAssigned'>,
      topics: readonly string[],
      caughtUp: (signal: AbortSignal) => Promise<void> = async () => {},
    ) => {
      const { group, onAssigned = async () => {} } = consumerOptions;
      const joined = health.latch(`joined ${group}`);
      startups.push(async (signal) => {
        await waitForTopics({ log }, options, topics, signal);
        const consumer = createBatchConsumer(deps, {
          ...options,
          ...consumerOptions,
          onAssigned: (...assigned) =>
            persist(signal, log, `finding the place of ${group}`, () => onAssigned(...assigned)),
          onFatal: (error) => die(error, group),
        });
        consumers.push(consumer);
        health.live(consumeLoopCheck({ clock, consumer, reachability }, group));
        // Not awaited: without a broker the join takes as long as the outage, and the rest need not wait for it.
        void consumer
          .start()
          .then(() => caughtUp(signal))
          .then(joined.set)
          .catch((err: unknown) => {
            if (!signal.aborted) die(err, group);
          });
      });
    };

    return {
      outbox({ publishes }) {
        zeroSent(
          deps.metrics,
          publishes.map(({ name }) => name),
        );
        const present = health.latch('topics');
        startups.push(async (signal) => {
          await waitForTopics(
            { log },
            options,
            publishes.map(({ name }) => name),
            signal,
          );
          present.set();
        });
        return outbox;
      },
      consume(group, reactions) {
        zeroSent(deps.metrics, [group.deadLetters.name]);
        const sources = [...new Set(group.events.map(({ topic }) => topic.name)), group.replays.name];
        startConsumer(
          {
            group: group.name,
            topics: sources,
            handle: createInboxHandler({ ...deps, database }, { service, group, reactions }),
          },
          [...sources, group.deadLetters.name],
        );
      },
      replicate(group, replica) {
        const topic = replica.definition.topic.name;
        startConsumer(
          {
            group: group.name,
            topics: [topic],
            handle: createReplicaHandler({ ...deps, database, outbox }, group.name, replica),
            async onAssigned(_partitions, seek) {
              await startOverBeyond({ log, database }, topic, await topicEnds({ log }, options, topic));
              for (const { partition, next_offset } of await storedOffsets(database, topic)) {
                seek({ topic, partition, offset: String(next_offset) });
              }
            },
          },
          [topic],
          // Broker or database may be slow or away just now, which is no reason to die either.
          (signal) =>
            persist(signal, log, `reading ${topic} to its end`, () =>
              replicaIsCaughtUp({ log }, options, topic, () => storedOffsets(database, topic), signal),
            ),
        );
      },
    };
  };

  const parts: ServiceData = { postgres, kafka };
  const stopConsuming: ShutdownStep = {
    name: 'finish batches and leave the consumer groups',
    budgetMs: 10_000,
    run: () => all(consumers, (consumer) => consumer.stop()),
  };
  const stopPublishing: ShutdownStep[] = [
    {
      name: 'publish what is in the outbox',
      budgetMs: 7000,
      run: () => all(relays, (relay) => relay.stop()),
    },
    {
      name: 'close connections',
      budgetMs: 4000,
      async run() {
        for (const worker of workers) worker.stop();
        await all(watches, (watch) => watch.stop());
        await all(databases, (database) => database.close());
      },
    },
  ];
  return {
    parts,
    stopConsuming: [stopConsuming],
    stopPublishing,
    async start(signal: AbortSignal) {
      for (const startup of startups) await startup(signal);
    },
  };
}

async function all<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  await Promise.all(items.map(work));
}

/** Tries for ever: a database that is away at start is not a reason to die. */
async function persist(
  signal: AbortSignal,
  log: Log,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  await pRetry(work, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 250,
    maxTimeout: 2000,
    randomize: true,
    signal,
    onFailedAttempt: ({ error, attemptNumber }) => {
      if (attemptNumber === 1) log.warn({ err: error }, `${what} failed, trying again`);
    },
  });
}
