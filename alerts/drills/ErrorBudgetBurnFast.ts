import type { DrillFor } from '@tocsin/ops';

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
  // Evaluated once a minute: ten failures, then `for` two minutes. On a young installation the windows of half an hour
  // hold nothing else, and take as long to recover.
  within: {
    firstBadResponse: 30,
    pending: 130,
    firing: 310,
    alertmanager: 311,
    webhook: 320,
    message: 320,
    pager: 320,
    cleared: 1900,
    resolved: 1930,
  },
});
