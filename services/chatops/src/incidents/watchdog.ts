import type { Group, Report } from './incident.ts';

/** The alert that always fires: Prometheus → Alertmanager → here, once in each interval. */
export const heartbeatAlert = 'Watchdog';

/** What the room raises, by its own means, when the heartbeat stays away. */
export const watchdogGroup: Group = { namespace: 'tocsin', service: 'alerting', alert: 'WatchdogMissing' };

const missedBeforeAlarm = 3;
/** Prometheus and Alertmanager may start after the room. */
const startGraceMs = 3 * 60_000;

export interface Heartbeat {
  /** When the room began to listen. */
  readonly listeningSince: Date;
  /** The last one since then. */
  readonly lastHeardAt?: Date;
  readonly intervalMs: number;
}

/** How many heartbeats are overdue, counted from the last one heard; before the first, from a while after the start. */
export function missedHeartbeats({ listeningSince, lastHeardAt, intervalMs }: Heartbeat, now: Date): number {
  const from = lastHeardAt?.getTime() ?? listeningSince.getTime() + startGraceMs;
  return Math.max(0, Math.floor((now.getTime() - from) / intervalMs));
}

/** What the room reports to itself once too many are missing, undefined until then. */
export function missingReport(heartbeat: Heartbeat, now: Date): Report | undefined {
  const missed = missedHeartbeats(heartbeat, now);
  if (missed < missedBeforeAlarm) return undefined;
  const { lastHeardAt, listeningSince, intervalMs } = heartbeat;
  const last = lastHeardAt
    ? `the last one came at ${clockTime(lastHeardAt)}`
    : `none has come since the room started at ${clockTime(listeningSince)}`;
  return watchdogReport('firing', now, {
    summary: 'Alerts may not reach this room',
    description:
      `${missed} heartbeats from Prometheus by way of Alertmanager are missing: ${last}, ` +
      `one is due every ${intervalMs / 1000} s; the limit is ${missedBeforeAlarm}.`,
    runbook_url: `/runbooks/${heartbeatAlert}`,
    dashboard_url: '/dashboards/tocsin-alerts',
  });
}

export const heardReport = (now: Date): Report => watchdogReport('resolved', now, {});

function watchdogReport(
  status: 'firing' | 'resolved',
  now: Date,
  annotations: Readonly<Record<string, string>>,
): Report {
  const { namespace, service, alert } = watchdogGroup;
  const at = now.toISOString();
  return {
    group: watchdogGroup,
    from: 'heartbeat',
    receivedAt: at,
    alerts: [
      {
        fingerprint: 'watchdog-missing',
        status,
        labels: { alertname: alert, namespace, service, severity: 'critical' },
        annotations,
        startsAt: at,
        ...(status === 'resolved' && { endsAt: at }),
      },
    ],
  };
}

const clockTime = (time: Date) => `${time.toISOString().slice(11, 19)} UTC`;
