import { createHttpClient, createMetrics } from '@tocsin/kit';
import { z } from 'zod';
import type { LedgerEntry } from './story.ts';

const ledgerSchema = z.object({
  entries: z.array(
    z.object({
      chargeId: z.string(),
      key: z.string(),
      kind: z.enum(['charge', 'refund']),
      amountCents: z.int(),
      at: z.iso.datetime(),
    }),
  ),
});

/** The bank's ledger from a time on, oldest entry first. */
export type ReadLedger = (since: Date) => Promise<readonly (LedgerEntry & { readonly at: string })[]>;

/** @throws (of the reader) when the bank does not answer. */
export function createLedgerReader(bankUrl: string): ReadLedger {
  const bank = createHttpClient({ metrics: createMetrics() }, 'bank', bankUrl);
  return async (since) => {
    const { body } = await bank.call({
      path: `/ledger?since=${encodeURIComponent(since.toISOString())}`,
      answers: { 200: ledgerSchema },
      timeoutMs: 10_000,
    });
    return body.entries;
  };
}
