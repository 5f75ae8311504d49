import type { DrillFor } from '@tocsin/ops';

/** An error that nobody catches: the process says so and dies of it, and its supervisor starts it again. */
export const drill: DrillFor = () => ({
  alert: 'CrashReported',
  group: 'runtime',
  breaks: { kind: 'faults', service: 'notifications', faults: [{ kind: 'crash' }] },
  raises: { alertname: 'CrashReported', severity: 'warning', namespace: 'tocsin', service: 'notifications' },
  says: ['CrashReported', 'notifications has reported 1 errors', 'the limit is 0'],
  silent: ['CrashLoop', 'ShutdownOverran', 'NeverReady', 'HandlingsFailing', 'HighErrorRate'],
  // Its last words, a scrape, an evaluation; a warning's group wait. It is news for ten minutes.
  within: { firing: 15, alertmanager: 17, webhook: 52, message: 52, cleared: 615, resolved: 680 },
});
