import type { DrillFor } from '@tocsin/ops';
import { fastBurn } from './with/burn.ts';

/** Every other request takes 0.8 s longer, at too few a minute for HighLatencyP99. */
export const drill: DrillFor = (service = 'shipping') => ({
  alert: 'LatencyBudgetBurnFast',
  group: 'slo',
  breaks: {
    kind: 'faults',
    service,
    faults: [{ kind: 'http-latency', milliseconds: 800, ratio: 0.5, ttlSeconds: 1200 }],
  },
  requests: { service, perSecond: 1 },
  raises: { alertname: 'LatencyBudgetBurnFast', severity: 'critical', namespace: 'tocsin', service },
  says: ['LatencyBudgetBurnFast', service, 'longer than 500ms', 'the limit is 14.4'],
  silent: ['HighLatencyP99', 'ErrorBudgetBurnFast'],
  within: fastBurn,
});
