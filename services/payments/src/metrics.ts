import type { Metrics } from '@tocsin/kit';
import type { Charge } from './charge.ts';

export interface ChargeMetrics {
  /** The bank has had its say about this charge. */
  settled(charge: Charge): void;
}

const outcomes = ['authorized', 'declined', 'party_unavailable', 'voided', 'refunded'] as const;

export function createChargeMetrics(metrics: Metrics): ChargeMetrics {
  const charges = metrics.counter('payments_charges_total', 'What became of charges at the bank.', [
    'outcome',
  ]);
  for (const outcome of outcomes) charges.inc({ outcome }, 0);
  return {
    settled({ status, reason }) {
      const label = reason === 'party_unavailable' ? reason : status;
      const outcome = outcomes.find((known) => known === label);
      if (outcome) charges.inc({ outcome });
    },
  };
}
