import type { LastWords } from './last-words.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { currentTrace, traceIdOf } from './trace-context.ts';

/** Where unexpected errors are told to people, by the Sentry protocol. */
export interface CrashReporter {
  /** Reports an error that was caught, with where it happened: a route, an event type, a worker. */
  report(error: unknown, where: Readonly<Record<string, string>>): void;
  /** Waits until what was reported is sent, at most `budgetMs`. */
  close(budgetMs: number): Promise<void>;
}

interface CrashOptions {
  dsn: string | undefined;
  service: string;
  release: string;
  environment: string;
}

const flushBudgetMs = 2000;

/**
 * Reports nothing but errors, and of them nothing personal: no bodies, cookies, queries, users, variables.
 * An uncaught exception or rejection is logged and reported, and the process exits 1.
 */
export async function createCrashReporter(
  deps: { log: Log; metrics: Metrics; lastWords: LastWords },
  options: CrashOptions,
): Promise<CrashReporter> {
  const { log, lastWords } = deps;
  const reporter = options.dsn ? await createSentryReporter({ ...options, dsn: options.dsn }) : undefined;
  const reports = deps.metrics.counter(
    'crash_reports_total',
    'Unexpected errors that were caught and reported, whether or not there is somebody to report them to.',
  );
  let dying = false;
  // An unhandled rejection comes here too. Node's own last words, like Sentry's, would show every property of the
  // error: of one of Postgres, the very values of the row.
  process.on('uncaughtException', async (error, origin) => {
    log.fatal({ err: error, origin }, 'process dies of an uncaught error');
    if (dying) return;
    dying = true;
    reporter?.reportFatal(error, origin);
    await Promise.all([reporter?.close(flushBudgetMs).catch(() => {}), lastWords.crashed(error)]);
    process.exit(1);
  });
  return {
    report(error, where) {
      reports.inc();
      reporter?.report(error, where);
    },
    close: async (budgetMs) => reporter?.close(budgetMs),
  };
}

/**
 * The library is loaded only with a DSN (it costs 41 MB), and lean: its default HTTP instrumentation costs two
 * thirds of the throughput even with tracing off.
 */
async function createSentryReporter(options: CrashOptions & { dsn: string }) {
  const Sentry = await import('@sentry/node');
  const nothing = { request: false, response: false } as const;
  Sentry.init({
    dsn: options.dsn,
    release: options.release,
    environment: options.environment,
    serverName: options.service,
    enableRuntimeChannelInjection: false,
    dataCollection: {
      userInfo: false,
      cookies: false,
      httpBodies: [],
      httpHeaders: nothing,
      urlQueryParams: false,
      queues: false,
      stackFrameVariables: false,
    },
    defaultIntegrations: false,
    integrations: [
      Sentry.eventFiltersIntegration(),
      Sentry.linkedErrorsIntegration(),
      Sentry.dedupeIntegration(),
      Sentry.nodeContextIntegration({ cloudResource: false }),
      Sentry.contextLinesIntegration(),
      Sentry.modulesIntegration(),
    ],
  });
  Sentry.setTag('service', options.service);

  return {
    report(error: unknown, where: Readonly<Record<string, string>>) {
      Sentry.captureException(error, { tags: { ...where, ...traceTags() } });
    },
    reportFatal(error: unknown, origin: NodeJS.UncaughtExceptionOrigin) {
      Sentry.captureException(error, {
        captureContext: { level: 'fatal', tags: traceTags() },
        mechanism: { handled: false, type: origin },
      });
    },
    async close(budgetMs: number) {
      await Sentry.close(budgetMs);
    },
  };
}

function traceTags(): Record<string, string> {
  const trace = currentTrace();
  return trace ? { trace_id: traceIdOf(trace.traceparent) } : {};
}
