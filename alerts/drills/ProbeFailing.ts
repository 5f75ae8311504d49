import type { DrillFor } from '@tocsin/ops';

/** What the probe asks for takes longer than it waits; nobody else asks for it, and the rest of the service is well. */
export const drill: DrillFor = (service = 'shipping') => ({
  alert: 'ProbeFailing',
  group: 'backing',
  breaks: {
    kind: 'faults',
    service,
    faults: [{ kind: 'http-latency', route: '/openapi.json', milliseconds: 9000, ttlSeconds: 600 }],
  },
  raises: { alertname: 'ProbeFailing', severity: 'critical', namespace: 'tocsin', service },
  says: ['ProbeFailing', service, 'not reached from outside', 'the limit is 1'],
  silent: ['ServiceDown', 'HighErrorRate', 'HighLatencyP99', 'TargetVanished'],
  // A scrape, the patience of the probe, an evaluation; `for` a minute; the group wait.
  within: {
    pending: 20,
    firing: 81,
    alertmanager: 82,
    webhook: 88,
    message: 88,
    cleared: 25,
    resolved: 45,
  },
});
