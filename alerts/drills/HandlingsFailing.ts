import type { DrillFor } from '@tocsin/ops';

/** Each event of one type fails with an error that may pass, and is tried again; the other types go on. */
export const drill: DrillFor = () => ({
  alert: 'HandlingsFailing',
  group: 'messaging',
  breaks: {
    kind: 'faults',
    service: 'notifications',
    faults: [{ kind: 'handler-error', eventType: 'customer.registered.v1', ttlSeconds: 300 }],
  },
  raises: {
    alertname: 'HandlingsFailing',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'notifications',
    messaging_consumer_group_name: 'notifications',
    event_type: 'customer.registered.v1',
  },
  says: ['HandlingsFailing', 'customer.registered.v1', 'have failed', 'the limit is 5%'],
  silent: ['ServiceDown', 'DeadLettersArriving', 'CrashReported', 'HighErrorRate'],
  // A registration each second, of which each fails five times within seconds; a scrape, an evaluation; `for`; the
  // group wait. The last failure leaves the window after a minute.
  within: {
    pending: 22,
    firing: 34,
    alertmanager: 36,
    webhook: 43,
    message: 43,
    cleared: 90,
    resolved: 110,
  },
  unscaledSeconds: 15,
});
