import type { DrillFor } from '@tocsin/ops';

/** Alertmanager is kept down: no heartbeat arrives, and after three that are missing the room rings by itself. */
export const drill: DrillFor = () => ({
  alert: 'Watchdog',
  group: 'meta',
  breaks: { kind: 'hold', part: 'alertmanager' },
  raises: { alertname: 'WatchdogMissing', service: 'alerting' },
  says: ['WatchdogMissing'],
  silent: ['ChatopsDown', 'ServiceDown', 'HighErrorRate'],
  // Three heartbeats of a minute. Prometheus tells a new Alertmanager of its alerts within a minute.
  within: { message: 240, resolved: 120 },
  // The room has its own clock.
  unscaledSeconds: 185,
});
