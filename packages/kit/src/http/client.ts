import type { z } from 'zod';
import { KitError, unavailable } from '../errors.ts';
import { durationBuckets, type Metrics } from '../metrics.ts';
import { startSpan } from '../spans.ts';
import { currentTrace } from '../trace-context.ts';

export interface ClientRequest<Schema extends z.ZodType> {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Shape of the body for each status that the caller understands; any other status is an error. */
  readonly answers: Readonly<Record<number, Schema>>;
  readonly timeoutMs?: number;
}

export interface HttpClient {
  /**
   * @returns the status and its parsed body.
   * @throws {KitError} `<server>_unavailable` (transient) on a time-out, a broken connection, 429 or 5xx;
   * `<server>_refused` for any other status that the caller did not name, or a body of another shape.
   */
  call<Schema extends z.ZodType>(
    request: ClientRequest<Schema>,
  ): Promise<{ status: number; body: z.output<Schema> }>;
}

/**
 * Calls one other party over HTTP: with a time limit, the trace, and the duration as OpenTelemetry names it.
 * @param server the party's name: a label, and the beginning of its error codes.
 */
export function createHttpClient(deps: { metrics: Metrics }, server: string, baseUrl: string): HttpClient {
  const duration = deps.metrics.histogram(
    'http_client_request_duration_seconds',
    'Time that a call to another party took, in seconds.',
    ['http_request_method', 'server_address', 'http_response_status_code', 'error_type'],
    durationBuckets,
  );
  return {
    async call({ method = 'GET', path, body, headers, answers, timeoutMs = 5000 }) {
      const startedAt = performance.now();
      const url = new URL(path, baseUrl);
      // https://opentelemetry.io/docs/specs/semconv/http/http-spans/
      const span = startSpan('CLIENT', method, currentTrace()?.traceparent, {
        'http.request.method': method,
        'server.address': url.hostname,
        'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
        'url.full': `${url.origin}${url.pathname}`,
      });
      const observe = (status: string, error: string) => {
        duration.observe(
          {
            http_request_method: method,
            server_address: server,
            http_response_status_code: status,
            error_type: error,
          },
          (performance.now() - startedAt) / 1000,
        );
        span.end({
          ...(status && { attributes: { 'http.response.status_code': Number(status) } }),
          error: Number(status) >= 400 ? status : error,
        });
      };
      try {
        const response = await fetch(url, {
          method,
          headers: {
            accept: 'application/json',
            traceparent: span.traceparent,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(timeoutMs),
        });
        const text = await response.text();
        const schema = answers[response.status];
        observe(String(response.status), schema ? '' : 'unexpected_status');
        if (schema) return { status: response.status, body: parseAnswer(server, schema, text) };
        throw unexpectedStatus(server, response.status);
      } catch (error) {
        if (error instanceof KitError) throw error;
        observe(
          '',
          error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'connection',
        );
        throw unavailable(`${server}_unavailable`, `${server} did not answer`, error);
      }
    },
  };
}

function parseAnswer<Schema extends z.ZodType>(
  server: string,
  schema: Schema,
  text: string,
): z.output<Schema> {
  try {
    return schema.parse(text === '' ? undefined : JSON.parse(text));
  } catch (cause) {
    throw new KitError(`${server}_refused`, `${server} answered with another shape than agreed`, { cause });
  }
}

function unexpectedStatus(server: string, status: number): KitError {
  const message = `${server} answered ${status}`;
  if (status === 429 || status >= 500) return unavailable(`${server}_unavailable`, message);
  return new KitError(`${server}_refused`, message);
}
