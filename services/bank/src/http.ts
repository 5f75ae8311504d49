import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, idempotencyKeyHeader, notFound, type Route, route, unprocessable } from '@tocsin/kit';
import { z } from 'zod';
import type { Amount, Ledger } from './ledger.ts';
import { conductOf } from './token.ts';

const amount = { amountCents: z.int().positive(), currency: z.string().regex(/^[A-Z]{3}$/) };
const charge = z.object({
  chargeId: z.string(),
  key: z.string(),
  ...amount,
  status: z.enum(['authorized', 'refunded']),
});
const entry = z.object({
  chargeId: z.string(),
  key: z.string(),
  ...amount,
  kind: z.enum(['charge', 'refund']),
  at: z.iso.datetime(),
});

export function bankRoutes(deps: { ledger: Ledger; slowAnswerMs: number }): Route[] {
  const { ledger, slowAnswerMs } = deps;

  const answerFor = (key: string, asked: Amount): Answer => {
    const found = ledger.chargeFor(key);
    if (!found) return { status: 402, body: { status: 'declined' } };
    if (found.amountCents !== asked.amountCents || found.currency !== asked.currency) {
      throw unprocessable('This Idempotency-Key was used for another amount');
    }
    return { status: 201, body: found };
  };

  return [
    route({
      method: 'post',
      path: '/charges',
      summary: 'Charge an amount, once for each Idempotency-Key',
      headers: idempotencyKeyHeader,
      body: z.strictObject({ ...amount, token: z.string() }),
      responses: { 201: charge, 402: z.object({ status: z.literal('declined') }), 422: undefined },
      async handle({ headers, body }) {
        const { token, ...asked } = body;
        const key = headers['idempotency-key'];
        if (ledger.decisionFor(key)) return answerFor(key, asked);
        const { decision, slow } = conductOf(token);
        if (!decision) return { status: 500 };
        ledger.charge(key, decision, asked);
        // The charge stands from here on, whether or not its caller is still there to hear of it.
        if (slow) await sleep(slowAnswerMs);
        return answerFor(key, asked);
      },
    }),
    route({
      method: 'get',
      path: '/charges',
      summary: 'The charge that was made with a key, if any',
      query: z.object({ key: z.string() }),
      responses: { 200: z.object({ charges: z.array(charge) }) },
      async handle({ query }) {
        const found = ledger.chargeFor(query.key);
        return { status: 200, body: { charges: found ? [found] : [] } };
      },
    }),
    route({
      method: 'post',
      path: '/keys/:key/void',
      summary: 'Make sure that nothing is ever charged with a key; 409 and the charge where something was',
      params: z.object({ key: z.string() }),
      responses: { 200: z.object({ key: z.string(), status: z.literal('void') }), 409: charge },
      async handle({ params: { key } }) {
        if (ledger.void(key) === 'authorized') return { status: 409, body: ledger.chargeFor(key) };
        return { status: 200, body: { key, status: 'void' } };
      },
    }),
    route({
      method: 'post',
      path: '/charges/:chargeId/refund',
      summary: 'Refund a charge, once',
      params: z.object({ chargeId: z.string() }),
      responses: { 200: charge, 404: undefined },
      async handle({ params }) {
        const refunded = ledger.refund(params.chargeId);
        if (!refunded) throw notFound('There is no such charge');
        return { status: 200, body: refunded };
      },
    }),
    route({
      method: 'get',
      path: '/ledger',
      summary: 'Entries from a time on, oldest first',
      query: z.object({ since: z.iso.datetime({ offset: true }) }),
      responses: { 200: z.object({ entries: z.array(entry) }) },
      async handle({ query }) {
        return { status: 200, body: { entries: ledger.entriesSince(new Date(query.since)) } };
      },
    }),
  ];
}
