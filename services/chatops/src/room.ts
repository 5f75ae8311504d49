import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@tocsin/kit';
import { v7 as uuidv7 } from 'uuid';
import type { Delivery } from './alertmanager/webhook.ts';
import { transact } from './database.ts';
import type { Impacts } from './incidents/impacts.ts';
import { type Incident, type Report, report } from './incidents/incident.ts';
import type { IncidentStore } from './incidents/store.ts';
import type { RoomMetrics } from './metrics.ts';
import type { Forwarding } from './notifications/forwarding.ts';

const dayMs = 24 * 3600_000;

/**
 * How long a delivery is known for a retry. Not longer: an alert that Alertmanager believed to be over because
 * Prometheus was away comes back as the same alert, four minutes later at the earliest.
 */
const duplicateWindowMs = 4 * 60_000;

/** Where incidents change. Every change is on disk, and queued for other chats, before the call returns. */
export interface Room {
  /** Takes a delivery in. False: it had been delivered before. */
  receive(delivery: Delivery, receivedAt: Date): boolean;
  /** Takes in what the room found out by itself. */
  report(news: Report): void;
  /** Edits incidents that were compared with Alertmanager. */
  edit(changed: readonly Incident[]): void;
}

export function createRoom(
  deps: {
    clock: Clock;
    database: DatabaseSync;
    incidents: IncidentStore;
    metrics: RoomMetrics;
    forwarding: Pick<Forwarding, 'enqueue'>;
    impacts: Impacts;
  },
  onPosted: (incident: Incident) => void,
): Room {
  const { clock, database, incidents, metrics, forwarding, impacts } = deps;

  const post = (before: Incident | undefined, after: Incident): (() => void) => {
    const begins = before?.id !== after.id;
    const ends = before?.status === 'firing' && after.status === 'resolved';
    const now = clock.now();
    const incident = begins ? { ...after, postedAt: now.toISOString() } : after;
    incidents.save(incident);
    if (begins || ends) forwarding.enqueue(incident);
    return () => {
      if (begins || ends) metrics.notified('room', incident.resolvedAt ?? incident.startedAt, now);
      onPosted(incident);
    };
  };
  const takeIn = (news: Report) => {
    const latest = incidents.latestOf(news.group);
    const changed = report(latest, news, () => ({
      id: uuidv7(),
      impactOf: impacts.of,
      timesToday: 1 + incidents.countSince(news.group, new Date(clock.now().getTime() - dayMs)),
    }));
    return changed && post(latest, changed);
  };

  return {
    receive({ key, group, alerts }, at) {
      const receivedAt = at.toISOString();
      const { isNew, tell } = transact(database, () => {
        incidents.forgetDeliveriesBefore(new Date(at.getTime() - duplicateWindowMs));
        if (!incidents.rememberDelivery(key, group, receivedAt)) return { isNew: false };
        return { isNew: true, tell: takeIn({ group, alerts, from: 'Alertmanager', receivedAt }) };
      });
      tell?.();
      return isNew;
    },
    report(news) {
      transact(database, () => takeIn(news))?.();
    },
    edit(changed) {
      const tell = transact(database, () =>
        changed.map((incident) => {
          if (incident.status === 'resolved') incidents.forgetDeliveriesOf(incident);
          return post(incidents.latestOf(incident), incident);
        }),
      );
      for (const told of tell) told();
    },
  };
}
