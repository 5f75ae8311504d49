import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentTrace, traceIdOf } from '../trace-context.ts';
import { type Problem, problemContentType } from './problem.ts';

const sensibleId = /^[\w.:-]{1,128}$/;

/** What callers may quote: their own id where it is a sensible one, else the trace. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && sensibleId.test(given)) return given;
  const trace = currentTrace();
  return trace ? traceIdOf(trace.traceparent) : '';
}

/** Answers with JSON. All headers at once, as an array: the way that costs Node least. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  contentType = 'application/json; charset=utf-8',
): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const requestId = requestIdOf(response.req);
  const head = requestId ? ['X-Request-Id', requestId] : [];
  if (body !== undefined) head.push('Content-Type', contentType);
  if (status !== 204) head.push('Content-Length', String(Buffer.byteLength(text)));
  response.writeHead(status, head);
  response.end(text);
}

/** Answers with a problem; one that will pass says when to come again. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  if (problem.status === 503) response.setHeader('Retry-After', '1');
  sendJson(response, problem.status, problem, problemContentType);
}
