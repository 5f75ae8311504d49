import type { DrillFor } from '@tocsin/ops';

/** reconcile is kept down: the Pushgateway goes on saying what it was told last, and that it grows old. */
export const drill: DrillFor = () => ({
  alert: 'ReconciliationMissing',
  group: 'flow',
  breaks: { kind: 'hold', part: 'reconcile' },
  raises: {
    alertname: 'ReconciliationMissing',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'reconcile',
  },
  says: ['ReconciliationMissing', 'Nobody knows whether everything adds up', 'the limit is 3m'],
  silent: ['ServiceDown', 'TargetVanished', 'ReconciliationMismatch'],
  // Three minutes since the last run, a scrape, an evaluation; `for`; a warning's group wait. The first run after the
  // repair has fifteen minutes to read.
  within: {
    pending: 195,
    firing: 320,
    alertmanager: 322,
    webhook: 355,
    message: 355,
    cleared: 45,
    resolved: 110,
  },
  // What is judged is how old the last run is, and runs come each minute whatever the profile is.
  unscaledSeconds: 185,
});
