import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Router } from 'express';
import { startAdminServer } from './admin/admin-server.ts';
import { createHealth, type Health } from './admin/health.ts';
import { type Clock, systemClock } from './clock.ts';
import { type BaseConfig, baseConfig, ConfigError, type ConfigOf, readConfig, type Shape } from './config.ts';
import { type CrashReporter, createCrashReporter } from './crash.ts';
import { createFaults, noFaults } from './faults/faults.ts';
import { createApp } from './http/app.ts';
import type { Route } from './http/route.ts';
import { type HttpServer, listen } from './http/server.ts';
import { createLastWords } from './last-words.ts';
import type { ShutdownStep } from './lifecycle.ts';
import { createLog, type Log } from './log.ts';
import { addRuntimeMetrics, createMetrics, type Metrics } from './metrics.ts';
import { createServiceData, type ServiceData } from './service-data.ts';
import { startSpanExport } from './span-export.ts';
import { startWorker, type Worker, type WorkerDefinition } from './worker.ts';

export interface ServiceDefinition<S extends Shape> {
  readonly name: string;
  /** What it is for, in one line. */
  readonly description: string;
  /** Keys beside those that every service has. */
  readonly config: S;
}

/** What a service is assembled from. Each call declares a part; all of them start together, in the kit's order. */
export interface Service<Config> extends ServiceData {
  readonly config: Config & BaseConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly crash: CrashReporter;
  readonly clock: Clock;
  readonly health: Health;
  /** Aborted when the way down begins: what holds an answer open, such as a stream, ends it then. */
  readonly stopping: AbortSignal;
  /** Endpoints of the API. */
  http(routes: readonly Route[]): void;
  /** Pages and streams beside the API. */
  pages(router: Router): void;
  /** Background work, from readiness on. */
  work(definition: WorkerDefinition): { wake(): void };
  /** Called on the way down, after requests, consumers and workers have ended. */
  onClose(name: string, close: () => Promise<void> | void): void;
}

/** sysexits.h EX_CONFIG: restarting will not help until somebody changes the configuration. */
const exitConfig = 78;

const anyAddress = '0.0.0.0';

/**
 * Runs a service until a signal ends it: config → log → probes → crash reports → parts → API → migrations, topics,
 * consumers, workers → ready; and the way back. The only place that knows the order.
 */
export async function runService<S extends Shape>(
  definition: ServiceDefinition<S>,
  assemble: (service: Service<ConfigOf<S>>) => void | Promise<void>,
): Promise<void> {
  const config = configOrExit(definition.config);
  const { name } = definition;
  const log = createLog({ service: name, release: config.RELEASE, level: config.LOG_LEVEL });
  const metrics = createMetrics();
  addRuntimeMetrics(metrics, {
    service: name,
    release: config.RELEASE,
    memoryLimitBytes: config.MEMORY_LIMIT_BYTES,
  });
  const clock = systemClock;
  const health = createHealth(metrics);
  const faults = config.FAULTS_ENABLED ? createFaults({ log, clock }) : noFaults;
  const stopping = new AbortController();
  const assembled = health.latch('assembled');
  let api: HttpServer | undefined;
  let crash: CrashReporter | undefined;
  let adminPort = config.ADMIN_PORT;
  const way: ShutdownStep[] = [];
  const lastWords = createLastWords(
    { log },
    {
      url: config.PUSHGATEWAY_URL,
      labels: () => ({
        namespace: config.NAMESPACE,
        service: name,
        instance: `${config.HOST === anyAddress ? hostname() : config.HOST}:${adminPort}`,
      }),
    },
  );
  const die = async (error: unknown, where: Readonly<Record<string, string>>): Promise<never> => {
    crash?.report(error, where);
    await Promise.all([crash?.close(crashBudgetMs).catch(() => {}), lastWords.crashed(error)]);
    process.exit(1);
  };

  try {
    const admin = await startAdminServer(
      { log, metrics, health, faults, lastWords },
      {
        host: config.HOST,
        port: config.ADMIN_PORT,
        faultsEnabled: config.FAULTS_ENABLED,
        onDrain: () => stopping.abort(),
        steps: () => way,
        close: async () => crash?.close(crashBudgetMs),
      },
    );
    adminPort = admin.port;
    health.readyWhile({
      name: 'draining',
      check: () => (stopping.signal.aborted ? 'shutting down' : undefined),
    });
    health.readyWhile({
      name: 'faults',
      check: () => (faults.refusesReadiness() ? 'refused by a fault' : undefined),
    });
    health.readyWhile({ name: 'api', check: () => (api?.listening() ? undefined : 'not listening') });
    health.started();

    crash = await createCrashReporter(
      { log, metrics, lastWords },
      {
        dsn: config.SENTRY_DSN,
        service: name,
        release: config.RELEASE,
        environment: config.SENTRY_ENVIRONMENT,
      },
    );
    const spans = await startSpanExport({ log, metrics }, config, {
      service: name,
      release: config.RELEASE,
      namespace: config.NAMESPACE,
    });
    const deps = { log, metrics, crash, clock, health, faults };
    const data = createServiceData({ ...deps, die }, name);
    const routes: Route[] = [];
    const routers: Router[] = [];
    const jobs: { definition: WorkerDefinition; running?: Worker }[] = [];
    const closers: ShutdownStep[] = [];

    await assemble({
      ...deps,
      ...data.parts,
      config,
      stopping: stopping.signal,
      http: (more) => void routes.push(...more),
      pages: (router) => void routers.push(router),
      work(job) {
        const entry: (typeof jobs)[number] = { definition: job };
        jobs.push(entry);
        return { wake: () => entry.running?.wake() };
      },
      onClose: (closing, close) =>
        void closers.push({ name: closing, budgetMs: 5000, run: async () => close() }),
    });

    const app = createApp(deps, {
      title: name,
      description: definition.description,
      release: config.RELEASE,
      routes,
      pages: routers,
      draining: () => stopping.signal.aborted,
      ready: () => health.latched(),
    });
    const server = await listen(app, { host: config.HOST, port: config.HTTP_PORT });
    api = server;
    way.push(
      {
        name: 'wait until nobody sends requests any more',
        budgetMs: config.DRAIN_DELAY_MS + 1000,
        run: () => sleep(config.DRAIN_DELAY_MS),
      },
      { name: 'finish requests', budgetMs: 10_000, run: () => server.close() },
      ...data.stopConsuming,
      {
        name: 'finish background work',
        budgetMs: 10_000,
        async run() {
          for (const { running } of jobs) running?.stop();
          await Promise.all(jobs.map(({ running }) => running?.done));
        },
      },
      ...data.stopPublishing,
      ...closers,
      ...(spans ? [{ name: 'send the last spans', budgetMs: 2000, run: () => spans.close() }] : []),
    );
    log.info({ http: server.port, admin: admin.port }, 'listening');

    await data.start(stopping.signal);
    if (stopping.signal.aborted) return;
    for (const job of jobs) job.running = startWorker(deps, job.definition);
    assembled.set();
    log.info('ready');
  } catch (error) {
    if (stopping.signal.aborted) return;
    log.fatal({ err: error }, 'cannot start');
    await die(error, { phase: 'start' });
  }
}

const crashBudgetMs = 2000;

function configOrExit<S extends Shape>(shape: S): ConfigOf<S> & BaseConfig {
  try {
    // Both shapes are read as one, so that every problem is named at once; the compiler cannot add the two up.
    return readConfig({ ...baseConfig, ...shape }, process.env) as ConfigOf<S> & BaseConfig;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`The environment does not hold what this service needs:\n${error.message}\n`);
    process.exit(exitConfig);
  }
}
