import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import type { CrashReporter } from '../crash.ts';
import { invalid, KitError } from '../errors.ts';
import type { Faults } from '../faults/faults.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { currentTrace, traceIdOf, withTrace } from '../trace-context.ts';
import { createHttpServerMetrics, unmatchedRoute } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { problemContentType, toProblem } from './problem.ts';
import type { Answer, Route } from './route.ts';

/** How long a handler may take before its caller gets a 503; its signal ends at the same moment. */
const requestBudgetMs = 10_000;
const bodyLimit = '256kb';

export interface AppOptions {
  readonly title: string;
  readonly description: string;
  readonly release: string;
  readonly routes: readonly Route[];
  /** Pages and streams that are not JSON endpoints. */
  readonly pages: readonly express.Router[];
  /** Asked for each answer: true from SIGTERM on, so that keep-alive clients go elsewhere. */
  draining(): boolean;
  /** Asked for each request: false until the service can do its work. */
  ready(): boolean;
}

/** The API of a service: parsing, problems, traces, metrics, crash reports and faults around its routes. */
export function createApp(
  deps: { log: Log; metrics: Metrics; crash: CrashReporter; faults: Faults },
  options: AppOptions,
): Express {
  const { log, crash, faults } = deps;
  const http = createHttpServerMetrics(deps.metrics, options.routes);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use((request, response, next) => {
    const startedAt = process.hrtime.bigint();
    if (options.draining()) response.setHeader('Connection', 'close');
    response.once('finish', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      http.observe(request.method, routeOf(request), response.statusCode, seconds);
    });
    withTrace(header(request, 'traceparent'), () => {
      response.setHeader('X-Request-Id', header(request, 'x-request-id') ?? traceId() ?? '');
      next();
    });
  });

  const document = openApiDocument(
    { title: options.title, description: options.description, version: options.release },
    options.routes,
  );
  app.get('/openapi.json', (_request, response) => {
    response.json(document);
  });

  const parseBody = express.json({ limit: bodyLimit });
  for (const route of options.routes) {
    const handler = async (request: Request, response: Response) => {
      if (!options.ready()) throw new KitError('not_ready', 'The service is starting', { retryable: true });
      await faults.beforeRequest(route.path);
      const signal = AbortSignal.timeout(requestBudgetMs);
      send(response, await withinBudget(signal, route.handle({ ...parse(route, request), signal })));
    };
    const onRefused: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
      const problem = toProblem(error, traceId());
      if (problem.status < 500) route.onRefused?.(problem);
      next(error);
    };
    if (route.schemas.body) app[route.method](route.path, parseBody, handler, onRefused);
    else app[route.method](route.path, handler, onRefused);
  }
  for (const router of options.pages) app.use(router);

  app.use(() => {
    throw new KitError('not_found', 'There is nothing here', { status: 404 });
  });
  const onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    const problem = toProblem(error, traceId());
    if (problem.status >= 500) {
      const expected = error instanceof KitError && error.retryable;
      log[expected ? 'warn' : 'error']({ err: error, route: routeOf(request) }, 'request failed');
      if (!expected) crash.report(error, { route: routeOf(request) });
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    if (problem.status === 503) response.setHeader('Retry-After', '1');
    response.status(problem.status).type(problemContentType).send(JSON.stringify(problem));
  };
  app.use(onError);
  return app;
}

function routeOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return unmatchedRoute;
  return typeof route.path === 'string' ? `${request.baseUrl}${route.path}` : unmatchedRoute;
}

function header(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function traceId(): string | undefined {
  const trace = currentTrace();
  return trace && traceIdOf(trace.traceparent);
}

function parse({ schemas }: Route, request: Request) {
  const part = (name: keyof typeof schemas) => {
    const schema = schemas[name];
    if (!schema) return undefined;
    const result = schema.safeParse(request[name]);
    if (!result.success) throw invalid(`${name}: ${z.prettifyError(result.error)}`);
    return result.data;
  };
  return { params: part('params'), query: part('query'), headers: part('headers'), body: part('body') };
}

function send(response: Response, answer: Answer): void {
  if (answer.headers) response.set(answer.headers);
  response.status(answer.status);
  if (answer.body === undefined) response.end();
  else response.json(answer.body);
}

async function withinBudget<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = () => {};
  const expired = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new KitError('timeout', 'The request took too long', { retryable: true }));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
