import type { DrillFor } from '@tocsin/ops';

/** The server is kept down. The requests that fail for want of it are not told beside. */
export const drill: DrillFor = () => ({
  alert: 'PostgresDown',
  group: 'backing',
  breaks: { kind: 'hold', part: 'postgres' },
  requests: { service: 'customers', perSecond: 10 },
  raises: { alertname: 'PostgresDown', severity: 'critical', namespace: 'tocsin', service: 'postgres' },
  says: ['PostgresDown', 'Postgres is down', 'the limit is 50%'],
  // HighErrorRate, too, once this is told. Each service tries its database every 2 s; in the drill profile, where all else
  // is shorter, the errors may be told first.
  silent: ['ErrorBudgetBurnFast', 'OutboxStalled', 'TargetVanished'],
  // As KafkaUnreachable.
  within: {
    firstBadResponse: 5,
    pending: 15,
    firing: 21,
    alertmanager: 22,
    webhook: 28,
    message: 28,
    cleared: 80,
    resolved: 100,
  },
  unscaledSeconds: 15,
});
