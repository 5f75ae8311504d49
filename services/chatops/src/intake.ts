import type { Clock, Log } from '@tocsin/kit';
import { type AlertmanagerWebhook, deliveriesOf } from './alertmanager/webhook.ts';
import type { Heartbeat } from './heartbeat.ts';
import { isFiring } from './incidents/incident.ts';
import { heartbeatAlert } from './incidents/watchdog.ts';
import type { RoomMetrics } from './metrics.ts';
import type { Room } from './room.ts';

/** The door for webhooks. */
export interface Intake {
  /** Sorts heartbeats from news; on disk when it returns. */
  accept(webhook: AlertmanagerWebhook): void;
  /** Notes a delivery that could not be read: its sender will not try again. */
  refuse(problem: string): void;
  /** When that last happened since the start. */
  lastRefusedAt(): Date | undefined;
}

export function createIntake(deps: {
  log: Log;
  clock: Clock;
  room: Pick<Room, 'receive'>;
  heartbeat: Pick<Heartbeat, 'heard'>;
  metrics: Pick<RoomMetrics, 'webhook'>;
}): Intake {
  const { log, clock, room, heartbeat, metrics } = deps;
  let refusedAt: Date | undefined;
  return {
    accept(webhook) {
      const receivedAt = clock.now();
      for (const delivery of deliveriesOf(webhook)) {
        const { group, alerts } = delivery;
        if (group.alert === heartbeatAlert) {
          // Told each minute in the same words, so it must not be taken for a duplicate.
          if (alerts.some(isFiring)) heartbeat.heard();
          metrics.webhook('heartbeat');
          continue;
        }
        const isNew = room.receive(delivery, receivedAt);
        metrics.webhook(isNew ? 'accepted' : 'duplicate');
        log.info({ alert: group.alert, on: group.service, status: webhook.status, isNew }, 'alert received');
      }
    },
    refuse(problem) {
      refusedAt = clock.now();
      metrics.webhook('invalid');
      log.error({ problem }, 'webhook refused');
    },
    lastRefusedAt: () => refusedAt,
  };
}
