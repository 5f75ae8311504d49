import { ageBuckets, type Metrics } from '@tocsin/kit';
import { type Severity, severities } from './incidents/incident.ts';

const webhookOutcomes = ['accepted', 'duplicate', 'heartbeat', 'invalid'] as const;
type WebhookOutcome = (typeof webhookOutcomes)[number];

const destinations = ['room', 'slack'] as const;
type Destination = (typeof destinations)[number];

export interface NotificationMetrics {
  /** A message has arrived, telling of what happened at `happenedAt` (RFC 3339). */
  notified(destination: Destination, happenedAt: string, now: Date): void;
  notNotified(destination: 'slack', outcome: 'failed' | 'refused' | 'given_up'): void;
}

export interface RoomMetrics extends NotificationMetrics {
  webhook(outcome: WebhookOutcome): void;
  heartbeat(at: Date): void;
}

/** Tells dashboards where the room is, so that a link to a runbook follows `PUBLIC_URL`. */
export function announceRoom(metrics: Metrics, publicUrl: string): void {
  metrics
    .gauge('chatops_room_info', 'Constant 1, labelled with where people reach the room.', ['public_url'])
    .set({ public_url: publicUrl }, 1);
}

export function createRoomMetrics(
  metrics: Metrics,
  countOpen: () => ReadonlyMap<Severity, number>,
): RoomMetrics {
  const webhooks = metrics.counter(
    'chatops_webhooks_total',
    "Deliveries of Alertmanager's webhook by what they turned out to be.",
    ['outcome'],
  );
  for (const outcome of webhookOutcomes) webhooks.inc({ outcome }, 0);

  const notifications = metrics.counter(
    'chatops_notifications_total',
    'Attempts to tell of an incident that began or ended, by destination and outcome.',
    ['destination', 'outcome'],
  );
  notifications.inc({ destination: 'room', outcome: 'sent' }, 0);
  for (const outcome of ['sent', 'failed', 'refused', 'given_up']) {
    notifications.inc({ destination: 'slack', outcome }, 0);
  }

  const delay = metrics.histogram(
    'chatops_notification_delay_seconds',
    'Time from the moment when an alert began to fire, or ended, until its message arrived, in seconds.',
    ['destination'],
    ageBuckets,
  );
  for (const destination of destinations) delay.zero({ destination });

  const lastHeard = metrics.gauge(
    'chatops_watchdog_last_heard_timestamp_seconds',
    'Unix time of the last heartbeat of the alarm path, 0 before the first.',
  );
  const open = metrics.gauge('chatops_incidents_open', 'Incidents that are firing now, by severity.', [
    'severity',
  ]);
  Object.assign(open, {
    collect() {
      const counts = countOpen();
      for (const severity of severities) open.set({ severity }, counts.get(severity) ?? 0);
    },
  });

  return {
    webhook: (outcome) => webhooks.inc({ outcome }),
    heartbeat: (at) => lastHeard.set(at.getTime() / 1000),
    notified(destination, happenedAt, now) {
      notifications.inc({ destination, outcome: 'sent' });
      delay.observe({ destination }, Math.max(0, now.getTime() - Date.parse(happenedAt)) / 1000);
    },
    notNotified: (destination, outcome) => notifications.inc({ destination, outcome }),
  };
}
