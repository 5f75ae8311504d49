/** What a shopper sets out to do, and how it is to end. */
export interface Errand {
  /** Comes back as somebody who has registered before, if there is anybody. */
  readonly returning: boolean;
  readonly sku: string;
  readonly paymentToken: string;
  readonly expected: 'shipped' | 'cancelled';
}

/** Shares of all errands, 0 to 1. */
export interface Mix {
  readonly returning: number;
  readonly declined: number;
  readonly outOfStock: number;
}

const goods = ['mug', 'lamp', 'desk'];

/** @param random as Math.random */
export function chooseErrand(mix: Mix, random: () => number = Math.random): Errand {
  const returning = random() < mix.returning;
  const sku = goods[Math.floor(random() * goods.length)] ?? 'mug';
  const lot = random();
  if (lot < mix.declined) return { returning, sku, paymentToken: 'tok_declined', expected: 'cancelled' };
  if (lot < mix.declined + mix.outOfStock) {
    return { returning, sku: 'unicorn', paymentToken: 'tok_ok', expected: 'cancelled' };
  }
  return { returning, sku, paymentToken: 'tok_ok', expected: 'shipped' };
}
