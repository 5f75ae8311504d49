import { createHash } from 'node:crypto';
import { z } from 'zod';
import { unprocessable } from '../errors.ts';
import type { Answer } from '../http/route.ts';
import type { Transaction } from './pool.ts';

/** The header as a route declares it: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
export const idempotencyKeyHeader = z.object({
  'idempotency-key': z.string().min(1).max(200).describe('The same key again gets the same answer'),
});

/**
 * Does `perform` once for each key, in the caller's transaction; the same request again gets the stored answer.
 * A second request with the key waits for the first to commit.
 * @throws {KitError} `unprocessable` when the key came with another request before.
 */
export async function onceForKey(
  transaction: Transaction,
  request: { key: string; body: unknown },
  perform: () => Promise<Answer>,
): Promise<Answer> {
  const { key } = request;
  const fingerprint = createHash('sha256').update(JSON.stringify(request.body)).digest('hex');
  await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
  const [seen] = await transaction.query<{ fingerprint: string; status: number; body: unknown }>(
    'select fingerprint, status, body from idempotency_keys where key = $1',
    [key],
  );
  if (seen) {
    if (seen.fingerprint !== fingerprint) {
      throw unprocessable('This Idempotency-Key was used for another request');
    }
    return { status: seen.status, body: seen.body };
  }
  const answer = await perform();
  await transaction.query(
    'insert into idempotency_keys (key, fingerprint, status, body) values ($1, $2, $3, $4)',
    [key, fingerprint, answer.status, JSON.stringify(answer.body ?? null)],
  );
  return answer;
}
