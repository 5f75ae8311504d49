import { type Logger, type LoggerOptions, pino } from 'pino';
import { currentTrace, traceIdOf } from './trace-context.ts';

export type Log = Logger;

/**
 * One JSON line on stdout for each event of interest: a constant message, data in fields, the trace and the
 * event being handled. Written at once: a transport's thread loses the last lines of a dying process, and pino's
 * default, to write in the background, puts them in another order.
 */
export function createLog(options: { service: string; release: string; level: string }): Log {
  const format: LoggerOptions = {
    level: options.level,
    base: { service: options.service, release: options.release },
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (level) => ({ level }) },
    mixin() {
      const trace = currentTrace();
      if (!trace) return {};
      const trace_id = traceIdOf(trace.traceparent);
      return trace.eventId ? { trace_id, event_id: trace.eventId } : { trace_id };
    },
  };
  return pino(format, pino.destination({ sync: true }));
}
