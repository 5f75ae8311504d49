import type { Log } from './log.ts';
import { currentTrace, traceIdOf } from './trace-context.ts';

/** Where unexpected errors are told to people, by the Sentry protocol. */
export interface CrashReporter {
  /** Reports an error that was caught, with where it happened: a route, an event type, a worker. */
  report(error: unknown, where: Readonly<Record<string, string>>): void;
  /** Waits until what was reported is sent, at most `budgetMs`. */
  close(budgetMs: number): Promise<void>;
}

const silent: CrashReporter = { report() {}, async close() {} };

interface CrashOptions {
  dsn: string | undefined;
  service: string;
  release: string;
  environment: string;
}

/**
 * Reports nothing but errors, and of them nothing personal: no bodies, cookies, queries, users, variables.
 * An uncaught exception or rejection is reported and the process exits 1.
 *
 * The library is loaded only with a DSN (it costs 41 MB), and lean: its default HTTP instrumentation costs two
 * thirds of the throughput even with tracing off, and by default it lives on after an unhandled rejection.
 */
export async function createCrashReporter(options: CrashOptions, log: Log): Promise<CrashReporter> {
  // A monitor only watches: Node still ends the process, and Sentry's own handlers still run.
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    log.fatal({ err: error, origin }, 'process dies of an uncaught error');
  });
  if (!options.dsn) return silent;

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
      Sentry.onUncaughtExceptionIntegration({ exitEvenIfOtherHandlersAreRegistered: true }),
      Sentry.onUnhandledRejectionIntegration({ mode: 'strict' }),
    ],
  });
  Sentry.setTag('service', options.service);

  return {
    report(error, where) {
      const trace = currentTrace();
      Sentry.captureException(error, {
        tags: { ...where, ...(trace && { trace_id: traceIdOf(trace.traceparent) }) },
      });
    },
    async close(budgetMs) {
      await Sentry.close(budgetMs);
    },
  };
}
