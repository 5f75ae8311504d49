import type { DrillFor } from '@tocsin/ops';
import { burntHistory, fastBurn } from '../with/burn.ts';

const requestsInTheWindow = 600;
/** Of the 0.6 % that are six times the budget of 99.9 %. */
const nearlyTheLimit = 0.005_99;

/**
 * Six hours at nearly six times the budget, and now 13 requests in a thousand fail: 13 times the budget, which the pair of
 * an hour and five minutes still bears.
 */
export const drill: DrillFor = () => {
  const service = 'customers';
  return {
    alert: 'ErrorBudgetBurnFast-6h',
    variantOf: 'ErrorBudgetBurnFast',
    group: 'slo',
    breaks: { kind: 'faults', service, faults: [{ kind: 'http-error', ratio: 0.013, ttlSeconds: 1200 }] },
    requests: { service, perSecond: 20 },
    raises: { alertname: 'ErrorBudgetBurnFast', severity: 'critical', namespace: 'tocsin', service },
    // What is told is the rate of the pair that rings, and the hour's would be above 14.4.
    says: ['ErrorBudgetBurnFast', service, 'error budget 6.', 'or 6 times over six hours'],
    silent: ['HighErrorRate', 'ErrorBudgetBurnSlow'],
    within: fastBurn,
    unscaledSeconds: 20,
    needs: burntHistory(service, 'failures', {
      hours: 6,
      requests: requestsInTheWindow,
      ratio: nearlyTheLimit,
    }),
  };
};
