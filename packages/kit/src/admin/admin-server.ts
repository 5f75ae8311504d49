import { setImmediate as nextRound, setTimeout as sleep } from 'node:timers/promises';
import { createTerminus, HealthCheckError } from '@godaddy/terminus';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { notFound } from '../errors.ts';
import type { Faults } from '../faults/faults.ts';
import { faultRoutes } from '../faults/routes.ts';
import { sendProblem } from '../http/answer.ts';
import { toProblem } from '../http/problem.ts';
import { type HttpServer, listen } from '../http/server.ts';
import { type LastWords, lastWordsBudgetMs } from '../last-words.ts';
import { createShutdown, type ShutdownStep } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Health } from './health.ts';

const probes = ['livez', 'readyz', 'startupz'] as const;

export interface AdminServerOptions {
  readonly host: string;
  readonly port: number;
  readonly faultsEnabled: boolean;
  /** Called at the first signal, before any step. */
  onDrain(): void;
  /** Everything that must end before the process does, in order. Asked for when the signal comes. */
  steps(): readonly ShutdownStep[];
  /** The last thing, when probes and metrics are gone too. */
  close(): Promise<void>;
}

/**
 * Probes, metrics and faults on a port of their own, and the process' way down. Terminus decorates this server,
 * not the API's, so that probes and metrics answer until the last step is done.
 */
export function startAdminServer(
  deps: { log: Log; metrics: Metrics; health: Health; faults: Faults; lastWords: LastWords },
  options: AdminServerOptions,
): Promise<HttpServer> {
  const { log, health, faults, lastWords } = deps;
  const app = adminApp(deps, options.faultsEnabled);
  const shutDown = createShutdown(deps);
  const checks = Object.fromEntries(
    probes.map((probe) => [
      `/${probe}`,
      async () => {
        const failures = health.failures(probe);
        if (Object.keys(failures).length > 0) throw new HealthCheckError(`${probe} fails`, failures);
      },
    ]),
  );

  return listen(app, { host: options.host, port: options.port }, (server) => {
    createTerminus(server, {
      signals: ['SIGTERM', 'SIGINT'],
      healthChecks: checks,
      // Node as PID 1 has no default action for the signal that terminus would otherwise send itself again.
      useExit0: true,
      // The checks know of the way down: a process that ends in order is not ready, and not unhealthy.
      sendFailuresDuringShutdown: false,
      timeout: 1000,
      beforeShutdown: async () => {
        options.onDrain();
        const steps = [...hangOnPurpose(faults), ...options.steps()];
        exitWhenOverdue(deps, steps);
        await lastWords.overran(await shutDown(steps));
      },
      onSignal: () => options.close(),
      onShutdown: async () => {
        log.info('bye');
      },
      logger: (message, error) => log.debug({ err: error }, message),
    });
    // Terminus compares whole URLs: without this, /livez?verbose would not be a probe.
    server.prependListener('request', (request) => {
      const [path] = (request.url ?? '').split('?', 1);
      if (probes.some((probe) => path === `/${probe}`)) request.url = path;
    });
  });
}

function adminApp(
  { log, metrics, faults }: { log: Log; metrics: Metrics; faults: Faults },
  faultsEnabled: boolean,
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/metrics', async (request, response) => {
    // Each answer begins the event loop's delays anew. Node learns of a pause by a timer, after the requests that waited
    // for its end; and of one that has given up in the next round. To that one the pause would be told in vain.
    await nextRound();
    await nextRound();
    if (!request.socket.writable) return;
    const body = await metrics.registry.metrics();
    response.set('Content-Type', metrics.registry.contentType).end(body);
  });
  if (faultsEnabled) app.use(faultRoutes(faults));
  app.use(() => {
    throw notFound('There is nothing here');
  });
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    const problem = toProblem(error, undefined);
    if (problem.status >= 500) log.error({ err: error, path: request.path }, 'admin request failed');
    sendProblem(response, problem);
  };
  app.use(onError);
  return app;
}

/** A step that a fault makes hang, cut at its budget like any that hangs by itself. */
function hangOnPurpose(faults: Faults): ShutdownStep[] {
  const fault = faults.active('hang-shutdown');
  if (!fault) return [];
  const run = () => sleep(fault.seconds * 1000, undefined, { ref: false });
  return [{ name: 'hang on purpose', budgetMs: 1000, run }];
}

/** Terminus has no deadline of its own. Every step has a budget, so this fires only when the way down itself hangs. */
function exitWhenOverdue(
  { log, lastWords }: { log: Log; lastWords: LastWords },
  steps: readonly ShutdownStep[],
): void {
  const budgetMs = steps.reduce((sum, step) => sum + step.budgetMs, 5000 + lastWordsBudgetMs);
  setTimeout(() => {
    log.fatal({ budgetMs }, 'shutdown overran its budget');
    void lastWords.overran(['all']).finally(() => process.exit(1));
  }, budgetMs).unref();
}
