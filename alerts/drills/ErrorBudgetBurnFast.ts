import type { DrillFor } from '@tocsin/ops';
import { fastBurn } from './with/burn.ts';

/** One request in forty fails: half of what HighErrorRate rings for, 25 times what the objective of 99.9 % allows. */
export const drill: DrillFor = (service = 'customers') => ({
  alert: 'ErrorBudgetBurnFast',
  group: 'slo',
  breaks: {
    kind: 'faults',
    service,
    faults: [{ kind: 'http-error', ratio: 0.025, ttlSeconds: 1200 }],
  },
  requests: { service, perSecond: 20 },
  raises: { alertname: 'ErrorBudgetBurnFast', severity: 'critical', namespace: 'tocsin', service },
  says: ['ErrorBudgetBurnFast', service, 'as its objective allows', 'the limit is 14.4'],
  silent: ['HighErrorRate'],
  within: fastBurn,
});
