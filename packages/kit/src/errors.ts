/**
 * Every error that the platform raises on purpose. What happens next is read from it in one place each:
 * an HTTP answer from `status`, a retry, a parked partition or a dead letter from `retryable`.
 */
export class KitError extends Error {
  /** Stable, snake_case, for logs, labels and the `type` of a problem. */
  readonly code: string;
  /** True where the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** HTTP status of the answer, where this reaches a caller. */
  readonly status: number;
  /** Nobody's fault: lost connections and deadlocks. Retried like the rest, never counted as a failure. */
  readonly transient: boolean;

  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; status?: number; transient?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'KitError';
    this.code = code;
    this.transient = options.transient ?? false;
    this.retryable = options.retryable ?? this.transient;
    this.status = options.status ?? (this.retryable ? 503 : 500);
  }
}

/** The caller's fault: what was sent cannot be used. Never retried. */
export const invalid = (message: string, cause?: unknown): KitError =>
  new KitError('invalid', message, { status: 400, cause });

export const notFound = (message: string): KitError => new KitError('not_found', message, { status: 404 });

/** The answer needs the header `Allow` too. */
export const methodNotAllowed = (message: string): KitError =>
  new KitError('method_not_allowed', message, { status: 405 });

export const conflict = (message: string): KitError => new KitError('conflict', message, { status: 409 });

export const unprocessable = (message: string): KitError =>
  new KitError('unprocessable', message, { status: 422 });

/** A party outside this process did not answer; it may later. */
export const unavailable = (code: string, message: string, cause?: unknown): KitError =>
  new KitError(code, message, { transient: true, cause });

/** What goes into a label or a log field for any thrown value: a closed set, never a message. */
export function errorType(error: unknown): string {
  if (error instanceof KitError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/**
 * The values of `error_type` where a series must be there before its first error. What is none of them is `_OTHER`, as
 * OpenTelemetry has it; the log says more.
 */
export const closedErrorTypes = [
  'fault_injected',
  'invalid',
  'undecodable',
  'invalid_event',
  'database_unavailable',
  'kafka_unavailable',
  'TypeError',
  'RangeError',
  'Error',
  // Of a statement that Postgres refuses.
  'error',
  '_OTHER',
] as const;

export function closedErrorType(error: unknown): (typeof closedErrorTypes)[number] {
  const type = errorType(error);
  return closedErrorTypes.find((known) => known === type) ?? '_OTHER';
}
