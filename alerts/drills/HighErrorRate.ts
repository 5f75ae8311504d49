import type { DrillFor } from '@tocsin/ops';

/** Every request fails: far more than 5 % of them, and at ten a second soon more than five. */
export const drill: DrillFor = (service = 'customers') => ({
  alert: 'HighErrorRate',
  group: 'http',
  breaks: { kind: 'faults', service, faults: [{ kind: 'http-error', ratio: 1, ttlSeconds: 120 }] },
  requests: { service, perSecond: 10 },
  raises: { alertname: 'HighErrorRate', severity: 'critical', namespace: 'tocsin', service },
  says: ['HighErrorRate', service, '5xx', 'the limit is 5%'],
  silent: ['ServiceDown', 'HighLatencyP99'],
  // A scrape, an evaluation, `for`, the group wait: 5 + 5 + 10 + 5 s at the worst, and the way to the room.
  within: {
    firstBadResponse: 3,
    pending: 12,
    firing: 23,
    alertmanager: 24,
    webhook: 30,
    message: 30,
    cleared: 75,
    resolved: 90,
  },
});
