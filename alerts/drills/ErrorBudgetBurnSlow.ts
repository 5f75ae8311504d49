import type { DrillFor } from '@tocsin/ops';
import { steadyHistory } from './with/history.ts';

const requestsInTheWindow = 240;
/** Of the 0.3 % that are three times the budget of 99.9 %. */
const nearlyTheLimit = 0.00298;

/** A day at nearly three times the budget, and now one request in a hundred fails: too little for the fast alert. */
export const drill: DrillFor = () => {
  const service = 'customers';
  const labels = `{namespace="tocsin",service="${service}"}`;
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
    // `for` a quarter of an hour. The all-clear comes when the window of two hours has forgotten.
    within: {
      pending: 780,
      firing: 1740,
      alertmanager: 1741,
      webhook: 1780,
      message: 1780,
      cleared: 7500,
      resolved: 7600,
    },
    needs: {
      history: (now) =>
        steadyHistory(now, 100, [
          { series: `service:slo_requests:increase1m${labels}`, value: requestsInTheWindow },
          {
            series: `service:slo_failures:increase1m${labels}`,
            value: requestsInTheWindow * nearlyTheLimit,
          },
        ]),
      laptopOnly: true,
    },
  };
};
