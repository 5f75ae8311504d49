import { durationBuckets, type Metrics } from '../metrics.ts';
import type { Route } from './route.ts';

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

/** The method as a label: anybody can make one up. */
export const methodLabel = (method: string): string => (knownMethods.has(method) ? method : '_OTHER');

/** The label for a path that no route matches: never the path itself, which anybody can make up. */
export const unmatchedRoute = 'unmatched';

/** The status label of a request whose caller went away before the answer; nginx has made it known. */
export const clientClosedRequest = 499;

export interface HttpServerMetrics {
  observe(method: string, route: string, status: number, seconds: number): void;
}

/**
 * Durations by method, route template and status, as OpenTelemetry names them
 * (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/). Every status that a route can answer starts
 * at zero, so that a rate sees the first failure.
 */
export function createHttpServerMetrics(metrics: Metrics, routes: readonly Route[]): HttpServerMetrics {
  const duration = metrics.histogram(
    'http_server_request_duration_seconds',
    'Time from the first byte of a request to the last byte of its answer, in seconds.',
    ['http_request_method', 'http_route', 'http_response_status_code'],
    durationBuckets,
  );
  for (const { method, path, responses } of routes) {
    for (const status of [...Object.keys(responses), '400', '500', '503']) {
      duration.zero({
        http_request_method: method.toUpperCase(),
        http_route: path,
        http_response_status_code: status,
      });
    }
  }
  return {
    observe(method, route, status, seconds) {
      duration.observe(
        {
          http_request_method: methodLabel(method),
          http_route: route,
          http_response_status_code: status,
        },
        seconds,
      );
    },
  };
}
