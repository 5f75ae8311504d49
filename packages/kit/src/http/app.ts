import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import type { CrashReporter } from '../crash.ts';
import { invalid, KitError, methodNotAllowed, notFound } from '../errors.ts';
import { descriptionPath, type Faults } from '../faults/faults.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { startSpan, type WorkSpan } from '../spans.ts';
import { currentTrace, inTrace, traceIdOf } from '../trace-context.ts';
import { requestIdOf, sendJson, sendProblem } from './answer.ts';
import { clientClosedRequest, createHttpServerMetrics, methodLabel, unmatchedRoute } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { toProblem } from './problem.ts';
import { createRequestBudget } from './request-budget.ts';
import type { Route } from './route.ts';

const defaultBodyLimitBytes = 256 * 1024;

export interface AppOptions {
  readonly title: string;
  readonly description: string;
  readonly release: string;
  readonly routes: readonly Route[];
  /** Pages and streams that are not JSON endpoints. */
  readonly pages: readonly express.Router[];
  /** How long a handler may take before its caller gets a 503; its signal ends at the same moment. */
  readonly requestBudgetMs?: number;
  /** Asked for each answer: true from SIGTERM on, so that keep-alive clients go elsewhere. */
  draining(): boolean;
  /** Asked for each request: false until the service can do its work. */
  ready(): boolean;
}

/** The API of a service: parsing, problems, traces, metrics, crash reports and faults around its routes. */
export function createApp(
  deps: { log: Log; metrics: Metrics; crash: CrashReporter; faults: Faults },
  options: AppOptions,
): RequestListener {
  const { log, crash, faults } = deps;
  const { routes } = options;
  const withinBudget = createRequestBudget(options.requestBudgetMs ?? 10_000);
  const http = createHttpServerMetrics(deps.metrics, routes);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  closeConnectionsWhile(app, options.draining);

  for (const route of routes) {
    const handler = async (request: Request, response: Response) => {
      if (!options.ready()) throw new KitError('not_ready', 'The service is starting', { retryable: true });
      const { status, body, headers } = await withinBudget(async (signal) => {
        await faults.beforeRequest(route.path);
        return route.handle({ ...parse(route, request), signal });
      });
      if (headers) response.set(headers);
      sendJson(response, status, body);
    };
    const onRefused: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
      const problem = toProblem(error, traceId());
      if (problem.status < 500) route.onRefused?.(problem);
      next(error);
    };
    if (route.schemas.body) {
      const parseBody = express.json({ limit: route.bodyLimitBytes ?? defaultBodyLimitBytes });
      app[route.method](route.path, parseBody, handler, onRefused);
    } else app[route.method](route.path, handler, onRefused);
  }
  const { title, description, release } = options;
  const document = openApiDocument({ title, description, version: release }, routes);
  app.get(descriptionPath, async (_request, response) => {
    await faults.beforeRequest(descriptionPath);
    sendJson(response, 200, document);
  });
  app.use((request, response, next) => {
    response.setHeader('X-Request-Id', requestIdOf(request));
    next();
  });
  for (const router of options.pages) app.use(router);
  refuseOtherMethods(app, [...routes, { method: 'get', path: descriptionPath }]);

  app.use(() => {
    throw notFound('There is nothing here');
  });
  const onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    const problem = toProblem(error, traceId());
    if (problem.status >= 500) {
      const expected = error instanceof KitError && error.retryable;
      log[expected ? 'warn' : 'error']({ err: error, route: routeOf(request) }, 'request failed');
      if (!expected) crash.report(error, { route: routeOf(request) });
    }
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };
  app.use(onError);

  return (request, response) => {
    const startedAt = performance.now();
    const method = methodLabel(request.method ?? '');
    // Node joins repeated headers, except for the few that may stand once.
    const span = startSpan('SERVER', method, request.headers.traceparent as string | undefined, {
      'http.request.method': method,
      'url.path': (request.url ?? '').split('?', 1)[0] ?? '',
      'url.scheme': 'http',
    });
    response.on('close', () => {
      const route = routeOf(request);
      const status = response.writableFinished ? response.statusCode : clientClosedRequest;
      endServerSpan(span, method, route, status);
      // A stream that was cut is no measure of anything; a caller that gave up waiting is.
      if (!response.writableFinished && response.headersSent) return;
      http.observe(method, route, status, (performance.now() - startedAt) / 1000);
    });
    inTrace(span.traceparent, () => app(request as Request, response as Response));
  };
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
function endServerSpan(span: WorkSpan, method: string, route: string, status: number): void {
  const known = route !== unmatchedRoute;
  span.end({
    ...(known && { name: `${method} ${route}` }),
    attributes: { ...(known && { 'http.route': route }), 'http.response.status_code': status },
    error: status >= 500 ? String(status) : undefined,
  });
}

/**
 * Decided when the head of an answer is written, not when its request came: one that was under way when the way
 * down began must close its connection too, or its client would send the next request to a closing server.
 */
function closeConnectionsWhile(app: Express, draining: () => boolean): void {
  const { writeHead } = ServerResponse.prototype;
  app.response.writeHead = function (this: Response, ...head: unknown[]) {
    if (draining()) this.setHeader('Connection', 'close');
    return Reflect.apply(writeHead, this, head);
  };
}

/** Registered last: one path may fit several templates, and pages have methods of their own. */
function refuseOtherMethods(app: Express, routes: readonly Pick<Route, 'method' | 'path'>[]): void {
  for (const [path, of] of Map.groupBy(routes, (route) => route.path)) {
    const methods = of.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : method.toUpperCase()));
    const allowed = methods.join(', ');
    app.all(path, (request, response) => {
      response.setHeader('Allow', allowed);
      throw methodNotAllowed(`${request.method} is not among ${allowed}`);
    });
  }
}

/** The route that Express has found for this request; the type that it gives to the field says nothing. */
function routeOf(request: IncomingMessage): string {
  const { route, baseUrl } = request as Partial<Request>;
  const path: unknown = route?.path;
  return typeof path === 'string' ? `${baseUrl}${path}` : unmatchedRoute;
}

function traceId(): string {
  const trace = currentTrace();
  return trace ? traceIdOf(trace.traceparent) : '';
}

function parse({ schemas }: Route, request: Request) {
  const part = (name: keyof typeof schemas) => {
    const schema = schemas[name];
    if (!schema) return undefined;
    if (name === 'body' && request.body === undefined) throw invalid('body: send JSON as application/json');
    const result = schema.safeParse(request[name]);
    if (!result.success) throw invalid(`${name}: ${z.prettifyError(result.error)}`);
    return result.data;
  };
  return { params: part('params'), query: part('query'), headers: part('headers'), body: part('body') };
}
