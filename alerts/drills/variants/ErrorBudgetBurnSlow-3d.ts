import type { DrillFor } from '@tocsin/ops';
import { burntHistory, slowBurn } from '../with/burn.ts';

const requestsInTheWindow = 600;
/** Of the 0.1 % that are the budget of 99.9 %. */
const nearlyTheLimit = 0.000_998;

/**
 * Three days at nearly the whole budget, and now one request in 250 fails: four times the budget, which a day that began
 * with less bears for hours.
 */
export const drill: DrillFor = () => {
  const service = 'customers';
  return {
    alert: 'ErrorBudgetBurnSlow-3d',
    variantOf: 'ErrorBudgetBurnSlow',
    group: 'slo',
    breaks: { kind: 'faults', service, faults: [{ kind: 'http-error', ratio: 0.004, ttlSeconds: 3600 }] },
    requests: { service, perSecond: 20 },
    raises: { alertname: 'ErrorBudgetBurnSlow', severity: 'warning', namespace: 'tocsin', service },
    // What is told is the rate of the pair that rings, and the day's would be above 3.
    says: ['ErrorBudgetBurnSlow', service, 'error budget 1.0', 'or once over three days'],
    silent: ['HighErrorRate', 'ErrorBudgetBurnFast'],
    within: slowBurn,
    // Which requests it hits is left to chance, and so is how many of the first.
    unscaledSeconds: 40,
    needs: burntHistory(service, 'failures', {
      hours: 73,
      requests: requestsInTheWindow,
      ratio: nearlyTheLimit,
    }),
  };
};
