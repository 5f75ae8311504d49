import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';

/** What a log line or an outgoing message says of the work that caused it. */
export interface TraceContext {
  /** W3C Trace Context, version 00: https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string;
  /** Id of the event being handled, if any. */
  readonly eventId?: string;
}

const storage = new AsyncLocalStorage<TraceContext>();
const wellFormed = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Random bytes for many ids, drawn at once: asking the system for each was a tenth of a request. */
const entropy = Buffer.alloc(4096);
let used = entropy.length;

function randomHex(bytes: number): string {
  if (used + bytes > entropy.length) {
    randomFillSync(entropy);
    used = 0;
  }
  used += bytes;
  return entropy.toString('hex', used - bytes, used);
}

/** The same trace, one step further; a new trace where there is none or it is malformed. */
export function childTraceparent(parent: string | undefined): string {
  if (parent && wellFormed.test(parent)) return `${parent.slice(0, 36)}${randomHex(8)}${parent.slice(52)}`;
  const ids = randomHex(24);
  return `00-${ids.slice(0, 32)}-${ids.slice(32)}-01`;
}

export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

export const currentTrace = (): TraceContext | undefined => storage.getStore();

export function parseTraceparent(
  traceparent: string | undefined,
): { traceId: string; spanId: string; traceFlags: number } | undefined {
  if (!traceparent || !wellFormed.test(traceparent)) return undefined;
  return {
    traceId: traceparent.slice(3, 35),
    spanId: traceparent.slice(36, 52),
    traceFlags: Number.parseInt(traceparent.slice(53), 16),
  };
}

/** Runs `work` as the work that `traceparent` names. */
export function inTrace<T>(traceparent: string, work: () => T, eventId?: string): T {
  return storage.run(eventId ? { traceparent, eventId } : { traceparent }, work);
}
