import type { DrillFor } from '@tocsin/ops';

/** The service is told to stop, and a step of its way down hangs: it is cut off, and said in the last second. */
export const drill: DrillFor = () => ({
  alert: 'ShutdownOverran',
  group: 'runtime',
  breaks: [
    {
      kind: 'faults',
      service: 'notifications',
      faults: [{ kind: 'hang-shutdown', seconds: 20, ttlSeconds: 300 }],
    },
    { kind: 'restart', part: 'notifications' },
  ],
  raises: {
    alertname: 'ShutdownOverran',
    severity: 'warning',
    namespace: 'tocsin',
    service: 'notifications',
  },
  says: ['ShutdownOverran', 'hang on purpose', 'was cut off', 'the limit is 0'],
  silent: ['CrashLoop', 'CrashReported', 'NeverReady', 'HandlingsFailing', 'HighErrorRate'],
  // The way down, a scrape, an evaluation; a warning's group wait. It is news for ten minutes.
  within: { firing: 25, alertmanager: 27, webhook: 62, message: 62, cleared: 615, resolved: 680 },
  unscaledSeconds: 10,
});
