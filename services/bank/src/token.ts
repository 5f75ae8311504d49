/** How the bank meets a charge under a key that it has not decided before. */
export interface Conduct {
  /** undefined: it fails, and decides nothing. */
  readonly decision?: 'authorized' | 'declined';
  /** What is decided stands at once, but the answer comes late. */
  readonly slow?: boolean;
}

/** Test tokens decide, so that every branch of the saga can be driven from outside. */
export function conductOf(token: string): Conduct {
  if (token === 'tok_ok') return { decision: 'authorized' };
  if (token === 'tok_slow') return { decision: 'authorized', slow: true };
  if (token === 'tok_error') return {};
  return { decision: 'declined' };
}
