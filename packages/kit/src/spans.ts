import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { errorType } from './errors.ts';
import { childTraceparent, inTrace, parseTraceparent } from './trace-context.ts';

/** A piece of work in a trace, as OpenTelemetry has it. Where no spans are collected it is no more than its id. */
export interface WorkSpan {
  /** What is caused by this work names it as its parent. */
  readonly traceparent: string;
  /** Ends it; one that is never ended is never seen. An error is named by its type alone: messages tell too much. */
  end(outcome?: { name?: string; attributes?: Attributes; error?: string | undefined }): void;
}

/** One for each process, like the trace context itself: what is traced does not know who collects it. */
let tracer: Tracer | undefined;

/** From now on spans are made by this tracer; by none, they are no more than ids. */
export function collectSpans(by: Tracer | undefined): void {
  tracer = by;
}

const nothing = () => {};

/** Begins a span below the one that `parent` names, or of a new trace. */
export function startSpan(
  kind: keyof typeof SpanKind,
  name: string,
  parent: string | undefined,
  attributes?: Attributes,
): WorkSpan {
  if (!tracer) return { traceparent: childTraceparent(parent), end: nothing };
  const above = parseTraceparent(parent);
  const context = above
    ? trace.setSpanContext(ROOT_CONTEXT, {
        ...above,
        // Nothing of it is known but its ids, wherever it was made.
        isRemote: true,
      })
    : ROOT_CONTEXT;
  const span = tracer.startSpan(name, { kind: SpanKind[kind], ...(attributes && { attributes }) }, context);
  const { traceId, spanId, traceFlags } = span.spanContext();
  const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
  return {
    traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`,
    end(outcome = {}) {
      if (outcome.name) span.updateName(outcome.name);
      if (outcome.attributes) span.setAttributes(outcome.attributes);
      if (outcome.error) {
        span.setAttribute('error.type', outcome.error);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

/** Runs `work` as a part of the trace that `parent` names, in a span of its own that ends when the work does. */
export function withTrace<T>(name: string, parent: string | undefined, work: () => T, eventId?: string): T {
  const span = startSpan('INTERNAL', name, parent);
  const failed = (error: unknown) => span.end({ error: errorType(error) });
  try {
    const result = inTrace(span.traceparent, work, eventId);
    if (result instanceof Promise) void result.then(() => span.end(), failed);
    else span.end();
    return result;
  } catch (error) {
    failed(error);
    throw error;
  }
}
