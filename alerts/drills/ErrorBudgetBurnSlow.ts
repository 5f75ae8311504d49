import type { DrillFor } from '@tocsin/ops';
import { burntHistory, slowBurn } from './with/burn.ts';

const requestsInTheWindow = 240;
/** Of the 0.3 % that are three times the budget of 99.9 %. */
const nearlyTheLimit = 0.00298;

/** A day at nearly three times the budget, and now one request in a hundred fails: too little for the fast alert. */
export const drill: DrillFor = () => {
  const service = 'customers';
  return {
    alert: 'ErrorBudgetBurnSlow',
    group: 'slo',
    breaks: {
      kind: 'faults',
      service,
      faults: [{ kind: 'http-error', ratio: 0.01, ttlSeconds: 3600 }],
    },
    requests: { service, perSecond: 7 },
    raises: { alertname: 'ErrorBudgetBurnSlow', severity: 'warning', namespace: 'tocsin', service },
    says: ['ErrorBudgetBurnSlow', service, 'as its objective allows', 'the limit is 3'],
    silent: ['HighErrorRate', 'ErrorBudgetBurnFast'],
    within: slowBurn,
    // Which requests it hits is left to chance, and so is how many of the first.
    unscaledSeconds: 40,
    needs: burntHistory(service, 'failures', {
      hours: 25,
      requests: requestsInTheWindow,
      ratio: nearlyTheLimit,
    }),
  };
};
