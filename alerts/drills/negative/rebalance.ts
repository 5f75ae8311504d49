import type { NegativeDrill } from '@tocsin/ops';

/** The group takes its partitions over; records wait for a moment, and none for long. */
export const drill: NegativeDrill = {
  name: 'rebalance',
  does: 'a consumer leaves its group and joins it again',
  act: ({ restart }) => restart('inventory'),
  restarts: 1,
  watchSeconds: 80,
};
