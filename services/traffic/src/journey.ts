import { setTimeout as sleep } from 'node:timers/promises';
import { KitError } from '@tocsin/kit';
import type { Errand } from './errand.ts';
import type { Regulars } from './regulars.ts';
import type { Shop } from './shop.ts';

/** How a journey ends. All but the first two are what no shopper wants. */
export const outcomes = [
  'shipped',
  'cancelled_as_expected',
  'failed_register',
  'failed_order',
  'timed_out',
  'unexpected',
  'skipped',
] as const;
export type Outcome = (typeof outcomes)[number];

/** A journey as its shopper saw it. */
export interface Journey {
  readonly outcome: Outcome;
  readonly orderId?: string;
  /** From sending the order to seeing it shipped; only of those that were. */
  readonly shippedAfterMs?: number;
}

/** How long a shopper waits for the end of an order, and what cuts the journey short. */
export interface Patience {
  readonly giveUpMs: number;
  readonly signal: AbortSignal;
}

/** A pause between looks is a quarter of the wait so far: an end is seen that much too late at most. */
const shortestPauseMs = 40;
const longestPauseMs = 1000;

/**
 * Registers, unless returning, orders, and looks until the order has come to an end.
 * @returns undefined where `signal` has cut it short: nothing can be said of it.
 */
export async function goShopping(
  deps: { shop: Shop; regulars: Regulars },
  errand: Errand,
  options: Patience,
): Promise<Journey | undefined> {
  const { shop, regulars } = deps;
  const { signal } = options;

  const regular = errand.returning ? regulars.pick() : undefined;
  const customerId = regular ?? (await shop.register().catch(failed));
  if (!customerId) return { outcome: 'failed_register' };
  if (signal.aborted) return undefined;

  const orderedAt = performance.now();
  const orderId = await shop.order(customerId, errand).catch(failed);
  if (!orderId) {
    // Perhaps erased meanwhile: then the next one need not fail for it.
    regulars.forget(customerId);
    return { outcome: 'failed_order' };
  }
  const status = await lookForTheEnd(shop, orderId, orderedAt, options);
  if (status === 'open') return signal.aborted ? undefined : { outcome: 'timed_out', orderId };
  if (status !== errand.expected) {
    regulars.forget(customerId);
    return { outcome: 'unexpected', orderId };
  }
  if (!regular) regulars.add(customerId);
  if (status === 'cancelled') return { outcome: 'cancelled_as_expected', orderId };
  return { outcome: 'shipped', orderId, shippedAfterMs: performance.now() - orderedAt };
}

/** @returns the order's end, `unknown` where the shop denies an order that it has accepted, `open` if none is seen. */
async function lookForTheEnd(shop: Shop, orderId: string, orderedAt: number, options: Patience) {
  const { giveUpMs, signal } = options;
  for (;;) {
    const waitedMs = performance.now() - orderedAt;
    if (waitedMs > giveUpMs) return 'open';
    const pauseMs = Math.min(Math.max(waitedMs / 4, shortestPauseMs), longestPauseMs);
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return 'open';
    const status = await shop.look(orderId).catch(denied);
    if (status === 'shipped' || status === 'cancelled' || status === 'unknown') return status;
  }
}

function failed(error: unknown): undefined {
  if (!(error instanceof KitError)) throw error;
}

/** A shop that does not answer may do so at the next look; one that refuses will not. */
function denied(error: unknown): 'unknown' | undefined {
  if (!(error instanceof KitError)) throw error;
  return error.retryable ? undefined : 'unknown';
}
