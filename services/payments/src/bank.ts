import type { HttpClient } from '@tocsin/kit';
import { z } from 'zod';
import type { BankAnswer, BankCall } from './charge.ts';

export interface Bank {
  /**
   * Asks the bank, once.
   * @throws {KitError} `bank_unavailable` where nobody can tell whether the bank has done it; `bank_refused` where it
   * does not understand us.
   */
  ask(call: BankCall): Promise<BankAnswer>;
}

const charged = z.object({ chargeId: z.string() });
const nothing = z.object({});

export function createBank(http: HttpClient, timeoutMs: number): Bank {
  return {
    async ask(call) {
      switch (call.kind) {
        case 'charge': {
          const { key, amountCents, currency, token } = call;
          const { body } = await http.call({
            method: 'POST',
            path: '/charges',
            headers: { 'idempotency-key': key },
            body: { amountCents, currency, token },
            answers: { 201: charged, 402: nothing },
            timeoutMs,
          });
          return 'chargeId' in body ? authorized(body.chargeId) : { status: 'declined' };
        }
        case 'void': {
          const { body } = await http.call({
            method: 'POST',
            path: `/keys/${encodeURIComponent(call.key)}/void`,
            answers: { 200: nothing, 409: charged },
            timeoutMs,
          });
          return 'chargeId' in body ? authorized(body.chargeId) : { status: 'void' };
        }
        case 'refund':
          await http.call({
            method: 'POST',
            path: `/charges/${encodeURIComponent(call.chargeId)}/refund`,
            answers: { 200: nothing },
            timeoutMs,
          });
          return { status: 'refunded' };
      }
    },
  };
}

const authorized = (chargeId: string): BankAnswer => ({ status: 'authorized', chargeId });
