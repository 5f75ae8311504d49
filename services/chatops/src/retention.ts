import type { Clock, WorkerDefinition } from '@tocsin/kit';
import type { IncidentStore } from './incidents/store.ts';

const hourMs = 3600_000;
const dayMs = 24 * hourMs;

/** Removes resolved incidents that are older than so many days. */
export function retention(
  { clock, incidents }: { clock: Clock; incidents: Pick<IncidentStore, 'removeResolvedBefore'> },
  days: number,
): WorkerDefinition {
  return {
    name: 'remove old incidents',
    everyMs: hourMs,
    async run() {
      incidents.removeResolvedBefore(new Date(clock.now().getTime() - days * dayMs));
      return false;
    },
  };
}
