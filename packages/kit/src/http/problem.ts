import { z } from 'zod';
import { KitError } from '../errors.ts';

/** An error as callers see it: https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  /** `urn:tocsin:problem:<code>`: stable, to be compared. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The trace, to be quoted when asking for help. */
  readonly traceId?: string;
}

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  traceId: z.string().optional(),
});

export const problemContentType = 'application/problem+json';

/** Errors of Express' router and body parser carry the status that they mean: what the caller sent is no good. */
function callersFault(error: unknown): { status: number; message: string } | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const { status, message } = error;
  return status >= 400 && status < 500 ? { status, message } : undefined;
}

/** What went wrong, without saying more to the caller than the caller can use. */
export function toProblem(error: unknown, traceId: string | undefined): Problem {
  const trace = traceId ? { traceId } : {};
  const named = (code: string, status: number, title: string, detail?: string): Problem => ({
    type: `urn:tocsin:problem:${code}`,
    title,
    status,
    ...(detail && { detail }),
    ...trace,
  });
  if (error instanceof KitError) {
    if (error.status >= 500) return named(error.code, error.status, titleOf(error.code));
    return named(error.code, error.status, titleOf(error.code), error.message);
  }
  const client = callersFault(error);
  if (client) return named('invalid', client.status, 'Invalid', client.message);
  return named('internal', 500, 'Internal error');
}

const titleOf = (code: string) => `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`;
