import type { NegativeDrill } from '@tocsin/ops';

/** Nobody else asks shipping: one failure is all of its traffic, and still no share of it and no budget is an incident. */
export const drill: NegativeDrill = {
  name: 'one-error',
  does: 'the only request to shipping in a minute fails',
  repairs: [{ kind: 'clear-faults', service: 'shipping' }],
  async act({ hands: { platform }, ask }) {
    await platform.setFaults('shipping', [{ kind: 'http-error', ttlSeconds: 30 }]);
    const status = await ask('shipping');
    if (status !== 500) throw new Error(`shipping was to fail, but answered ${status}`);
    await platform.clearFaults('shipping');
  },
  // The window of the fast rules, and the time until they are judged.
  watchSeconds: 80,
  // That somebody has a mistake to look for is told once, and wakes nobody: a warning.
  mayRing: ['CrashReported'],
};
