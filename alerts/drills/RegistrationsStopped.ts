import type { DrillFor } from '@tocsin/ops';

/** Every registration is refused; whoever is registered already goes on ordering. */
export const drill: DrillFor = () => ({
  alert: 'RegistrationsStopped',
  group: 'flow',
  breaks: {
    kind: 'faults',
    service: 'customers',
    faults: [{ kind: 'http-error', route: '/customers', ttlSeconds: 900 }],
  },
  raises: {
    alertname: 'RegistrationsStopped',
    severity: 'critical',
    namespace: 'tocsin',
    service: 'customers',
  },
  says: ['RegistrationsStopped', 'none succeeded', 'the limit is 10'],
  silent: ['ServiceDown', 'OrdersStuck'],
  // The last success leaves the window after five minutes.
  within: {
    pending: 315,
    firing: 330,
    alertmanager: 332,
    webhook: 340,
    message: 340,
    cleared: 30,
    resolved: 60,
  },
  unscaledSeconds: 10,
});
