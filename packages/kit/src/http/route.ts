import type { z } from 'zod';
import type { Problem } from './problem.ts';

export type Method = 'get' | 'post' | 'put' | 'delete';

/** What a handler returns; the kit writes it as JSON. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler gets: parsed values, and a signal that ends with the request's time. */
export interface Call<Params, Query, Headers, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
  readonly signal: AbortSignal;
}

export interface RouteDefinition<
  Params extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Headers extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
> {
  readonly method: Method;
  /** Express 5 path; also the value of the label `http_route`. */
  readonly path: string;
  /** One line for the OpenAPI document. */
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  /** Header names in lower case. */
  readonly headers?: Headers;
  readonly body?: Body;
  /** Longest body that is read; more is answered 413. Default 256 KiB. */
  readonly bodyLimitBytes?: number;
  /** Every status that the handler means to answer, with the shape of its body, if it has one. */
  readonly responses: Readonly<Record<number, z.ZodType | undefined>>;
  /** Told of each 4xx, malformed bodies included: for senders that neither listen nor try again. */
  onRefused?(problem: Problem): void;
  handle(call: Call<Parsed<Params>, Parsed<Query>, Parsed<Headers>, Parsed<Body>>): Promise<Answer>;
}

/** A route whose handler's types are known to itself only. */
export interface Route extends Omit<RouteDefinition<undefined, undefined, undefined, undefined>, 'handle'> {
  readonly schemas: Readonly<Partial<Record<'params' | 'query' | 'headers' | 'body', z.ZodType>>>;
  handle(call: Call<unknown, unknown, unknown, unknown>): Promise<Answer>;
}

/**
 * Declares one endpoint: where it is, what it takes, what it answers. The kit parses at the door, so the handler
 * sees typed values only, and the same schemas make the OpenAPI document.
 */
export function route<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Headers extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Params, Query, Headers, Body>): Route {
  const { method, path, summary, responses, handle } = definition;
  const { params, query, headers, body, bodyLimitBytes, onRefused } = definition;
  return {
    method,
    path,
    summary,
    responses,
    schemas: {
      ...(params && { params }),
      ...(query && { query }),
      ...(headers && { headers }),
      ...(body && { body }),
    },
    ...(bodyLimitBytes && { bodyLimitBytes }),
    ...(onRefused && { onRefused }),
    // Sound because the app hands over what exactly these schemas have parsed.
    handle: handle as Route['handle'],
  };
}
