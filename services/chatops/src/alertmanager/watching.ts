import type { Clock, Log, WorkerDefinition } from '@tocsin/kit';
import type { IncidentStore } from '../incidents/store.ts';
import type { Room } from '../room.ts';
import type { AlertmanagerClient } from './client.ts';
import { compare } from './comparison.ts';

const roundMs = 30_000;

/** Compares the open incidents with Alertmanager in rounds. One that does not answer closes nothing. */
export function alertmanagerWatching(deps: {
  log: Log;
  clock: Clock;
  alertmanager: AlertmanagerClient;
  incidents: Pick<IncidentStore, 'open'>;
  room: Pick<Room, 'edit'>;
}): WorkerDefinition {
  const { log, clock, alertmanager, incidents, room } = deps;
  let unknown: ReadonlySet<string> = new Set();
  return {
    name: 'compare with Alertmanager',
    everyMs: roundMs,
    async run() {
      if (incidents.open().length === 0) {
        unknown = new Set();
        return false;
      }
      const known = await alertmanager.read();
      const comparison = compare(incidents.open(), known, unknown, clock.now());
      unknown = comparison.unknown;
      room.edit(comparison.changed);
      for (const { id, alert, service, status, suppressedBy } of comparison.changed) {
        log.info(
          { incident: id, alert, on: service, status, suppressedBy },
          'incident differs from Alertmanager',
        );
      }
      return false;
    },
  };
}
