import type { NegativeDrill } from '@tocsin/ops';

/** Of fewer than a hundred requests the p99 is merely the slowest. */
export const drill: NegativeDrill = {
  name: 'one-slow-request',
  does: 'the only request to shipping in a minute takes three seconds',
  repairs: [{ kind: 'clear-faults', service: 'shipping' }],
  async act({ hands: { platform }, ask }) {
    await platform.setFaults('shipping', [{ kind: 'http-latency', milliseconds: 3000, ttlSeconds: 30 }]);
    const startedAt = Date.now();
    await ask('shipping');
    const seconds = (Date.now() - startedAt) / 1000;
    if (seconds < 3) throw new Error(`shipping was to be slow, but answered within ${seconds} s`);
    await platform.clearFaults('shipping');
  },
  // The window of the p99, then `for`.
  watchSeconds: 140,
};
