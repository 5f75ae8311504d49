import type { DrillFor } from '@tocsin/ops';

/** The service is kept down; whoever calls it is refused. */
export const drill: DrillFor = (service = 'customers') => ({
  alert: 'ServiceDown',
  group: 'runtime',
  breaks: { kind: 'hold', part: service },
  requests: { service, perSecond: 2 },
  raises: { alertname: 'ServiceDown', severity: 'critical', namespace: 'tocsin', service },
  says: ['ServiceDown', service, 'is down', 'the limit is 1'],
  silent: ['TargetVanished', 'KafkaUnreachable', 'PostgresDown'],
  // The service may take its time to stop, and to start again.
  within: {
    firstBadResponse: 10,
    pending: 20,
    firing: 51,
    alertmanager: 52,
    webhook: 58,
    message: 58,
    cleared: 30,
    resolved: 50,
  },
});
