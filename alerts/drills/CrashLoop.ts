import type { DrillFor } from '@tocsin/ops';

/** The process is killed every ten seconds; its supervisor starts it again each time, a little later. */
export const drill: DrillFor = () => ({
  alert: 'CrashLoop',
  group: 'runtime',
  breaks: { kind: 'kill', part: 'notifications', everySeconds: 10 },
  raises: { alertname: 'CrashLoop', severity: 'critical', namespace: 'tocsin', service: 'notifications' },
  says: ['CrashLoop', 'notifications has begun anew', 'within ten minutes', 'the limit is 2'],
  silent: ['HighErrorRate', 'CrashReported', 'ShutdownOverran', 'MemoryNearLimit'],
  // Three lives after the first, each seen by a scrape, and an evaluation; the group wait. The first restart leaves the
  // window after ten minutes, and so do those that follow it.
  within: {
    firing: 50,
    alertmanager: 52,
    webhook: 59,
    message: 59,
    cleared: 660,
    resolved: 680,
  },
  unscaledSeconds: 45,
});
