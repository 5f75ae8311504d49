import type { DrillFor } from '@tocsin/ops';

/** The bank takes three seconds for each charge: every order that is paid waits for it, and all come to their end. */
export const drill: DrillFor = () => ({
  alert: 'OrdersTooSlow',
  group: 'flow',
  breaks: {
    kind: 'faults',
    service: 'bank',
    faults: [{ kind: 'http-latency', route: '/charges', milliseconds: 3000, ttlSeconds: 1200 }],
  },
  raises: { alertname: 'OrdersTooSlow', severity: 'warning', namespace: 'tocsin', service: 'orders' },
  says: ['OrdersTooSlow', 'from being placed to its end', 'the limit is 2.5s'],
  silent: ['OrdersStuck', 'JourneyFailing'],
  // More than one order in twenty within five minutes is slow after 20 s; `for`; a warning's group wait.
  within: {
    pending: 45,
    firing: 350,
    alertmanager: 352,
    webhook: 385,
    message: 385,
    cleared: 320,
    resolved: 390,
  },
  unscaledSeconds: 10,
});
