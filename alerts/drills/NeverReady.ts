import type { DrillFor } from '@tocsin/ops';

/** The process lives and works, and says that it is not ready for traffic. */
export const drill: DrillFor = () => ({
  alert: 'NeverReady',
  group: 'runtime',
  breaks: {
    kind: 'faults',
    service: 'notifications',
    faults: [{ kind: 'not-ready', ttlSeconds: 600 }],
  },
  raises: { alertname: 'NeverReady', severity: 'warning', namespace: 'tocsin', service: 'notifications' },
  says: ['NeverReady', 'of notifications', 'has not been ready', 'the limit is 3m'],
  silent: ['ServiceDown', 'CrashLoop', 'ConsumerStalled', 'ConsumerGroupEmpty', 'HighErrorRate'],
  // A scrape, an evaluation; `for`; a warning's group wait.
  within: {
    pending: 15,
    firing: 200,
    alertmanager: 202,
    webhook: 235,
    message: 235,
    cleared: 15,
    resolved: 80,
  },
});
