import type { DatabaseSync } from 'node:sqlite';
import type { Clock, WorkerDefinition } from '@tocsin/kit';
import type { IncidentStore } from './incidents/store.ts';
import { heardReport, missedHeartbeats, missingReport, watchdogGroup } from './incidents/watchdog.ts';
import type { RoomMetrics } from './metrics.ts';
import type { Room } from './room.ts';

export interface HeartbeatState {
  /** The last one ever, also from before the room was restarted. */
  readonly lastHeardAt: Date | undefined;
  readonly missed: number;
  /** The last one is recent enough: alarms would arrive. */
  readonly works: boolean;
}

/** The dead-man's switch: rings when nothing comes. The table `watchdog` is its own. */
export interface Heartbeat {
  heard(): void;
  /** To be called every now and then. */
  check(): void;
  state(): HeartbeatState;
}

export function createHeartbeat(
  deps: {
    clock: Clock;
    database: DatabaseSync;
    incidents: Pick<IncidentStore, 'latestOf'>;
    room: Pick<Room, 'report'>;
    metrics: Pick<RoomMetrics, 'heartbeat'>;
  },
  options: { intervalMs: number },
  onHeard: (at: string) => void,
): Heartbeat {
  const { clock, database, incidents, room, metrics } = deps;
  const upsert = database.prepare(
    `insert into watchdog (id, last_heard_at) values (1, ?)
     on conflict (id) do update set last_heard_at = excluded.last_heard_at`,
  );
  const stored = database.prepare('select last_heard_at as "lastHeardAt" from watchdog').get();
  let lastHeardAt = stored && new Date(String(stored.lastHeardAt));
  if (lastHeardAt) metrics.heartbeat(lastHeardAt);

  const listeningSince = clock.now();
  const heartbeat = () => ({
    ...options,
    listeningSince,
    ...(lastHeardAt && lastHeardAt >= listeningSince && { lastHeardAt }),
  });
  const alarmIsOpen = () => incidents.latestOf(watchdogGroup)?.status === 'firing';

  return {
    heard() {
      const now = clock.now();
      lastHeardAt = now;
      upsert.run(now.toISOString());
      metrics.heartbeat(now);
      if (alarmIsOpen()) room.report(heardReport(now));
      onHeard(now.toISOString());
    },
    check() {
      const missing = missingReport(heartbeat(), clock.now());
      if (missing && !alarmIsOpen()) room.report(missing);
    },
    state() {
      const now = clock.now();
      const works =
        lastHeardAt !== undefined && !missingReport({ ...options, listeningSince, lastHeardAt }, now);
      return { lastHeardAt, missed: missedHeartbeats(heartbeat(), now), works };
    },
  };
}

export function heartbeatWatching(
  heartbeat: Pick<Heartbeat, 'check'>,
  { intervalMs }: { intervalMs: number },
): WorkerDefinition {
  return {
    name: 'listen for the heartbeat',
    everyMs: Math.min(5000, intervalMs / 4),
    async run() {
      heartbeat.check();
      return false;
    },
  };
}
