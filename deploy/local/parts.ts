import type { Part, Site } from '@tocsin/ops';
import { brokers } from './brokers.ts';
import { exporters } from './exporters.ts';
import { databases, reconcile, topics } from './jobs.ts';
import { alertmanager, pager, prometheus } from './monitoring.ts';
import { postgres } from './postgres.ts';
import { services } from './services.ts';

/** Everything that `make up` runs, and that tests run on free ports. */
export function declareParts(site: Site): Part[] {
  const ours = services(site);
  const watching = exporters(site);
  return [
    ...brokers(site),
    postgres(site),
    topics(site),
    databases(site),
    ...watching,
    ...ours,
    reconcile(site),
    pager(site),
    alertmanager(site),
    prometheus(site, ours, watching),
  ];
}
