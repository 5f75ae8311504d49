import type { DrillFor } from '@tocsin/ops';

/** One request in two takes 0.8 s longer, at ten a second: soon a hundred within the minute. */
export const drill: DrillFor = (service = 'customers') => ({
  alert: 'HighLatencyP99',
  group: 'http',
  breaks: {
    kind: 'faults',
    service,
    faults: [{ kind: 'http-latency', milliseconds: 800, ratio: 0.5, ttlSeconds: 600 }],
  },
  requests: { service, perSecond: 10 },
  raises: { alertname: 'HighLatencyP99', severity: 'critical', namespace: 'tocsin', service },
  says: ['HighLatencyP99', service, 'took longer than', 'the limit is 500ms'],
  silent: ['ServiceDown', 'HighErrorRate'],
  // Ten seconds until there are a hundred requests, a scrape, an evaluation; `for` two minutes; the group wait.
  within: {
    firstBadResponse: 3,
    pending: 25,
    firing: 146,
    alertmanager: 147,
    webhook: 153,
    message: 153,
    cleared: 75,
    resolved: 90,
  },
});
