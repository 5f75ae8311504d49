import type { DrillFor } from '@tocsin/ops';
import { burntHistory, slowBurn } from './with/burn.ts';

const requestsInTheWindow = 60;
/** Of the 3 % that are three times the budget of 99 %. */
const nearlyTheLimit = 0.0298;

/** A day at nearly three times the budget, and now one request in ten is slow: too little for the fast alert. */
export const drill: DrillFor = () => {
  const service = 'shipping';
  return {
    alert: 'LatencyBudgetBurnSlow',
    group: 'slo',
    breaks: {
      kind: 'faults',
      service,
      faults: [{ kind: 'http-latency', milliseconds: 800, ratio: 0.1, ttlSeconds: 3600 }],
    },
    requests: { service, perSecond: 2 },
    raises: { alertname: 'LatencyBudgetBurnSlow', severity: 'warning', namespace: 'tocsin', service },
    says: ['LatencyBudgetBurnSlow', service, 'longer than 500ms', 'the limit is 3'],
    silent: ['HighLatencyP99', 'LatencyBudgetBurnFast'],
    within: slowBurn,
    // Which requests it hits is left to chance, and so is how many of the first.
    unscaledSeconds: 40,
    needs: burntHistory(service, 'slow_requests', {
      hours: 25,
      requests: requestsInTheWindow,
      ratio: nearlyTheLimit,
    }),
  };
};
