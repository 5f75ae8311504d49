import type { DrillFor } from '@tocsin/ops';

/** The pager is kept down while something critical rings: the room hears of both. */
export const drill: DrillFor = (service = 'customers') => ({
  alert: 'NotificationsFailing',
  group: 'meta',
  breaks: [
    { kind: 'hold', part: 'pager' },
    { kind: 'faults', service, faults: [{ kind: 'http-error', ratio: 1, ttlSeconds: 900 }] },
  ],
  requests: { service, perSecond: 10 },
  raises: {
    alertname: 'NotificationsFailing',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'alertmanager',
  },
  receivers: ['chatops'],
  says: ['NotificationsFailing', 'alertmanager', 'the limit is 0'],
  silent: ['ChatopsDown', 'TargetVanished'],
  // HighErrorRate rings first; a notification is given up after its group interval, 15 s; then a scrape, an evaluation,
  // `for` a minute. The window is five minutes.
  within: {
    firstBadResponse: 3,
    pending: 65,
    firing: 126,
    alertmanager: 127,
    webhook: 133,
    message: 133,
    cleared: 330,
    resolved: 350,
  },
  unscaledSeconds: 5,
});
