import type { Part, Site } from '@tocsin/ops';
import { kafka, postgres } from './backing.ts';
import { databases, topics } from './jobs.ts';
import { alertmanager, pager, prometheus } from './monitoring.ts';
import { services } from './services.ts';

/** Everything that `make up` runs, and that tests run on free ports. */
export function declareParts(site: Site): Part[] {
  const ours = services(site);
  return [
    kafka(site),
    postgres(site),
    topics(site),
    databases(site),
    ...ours,
    pager(site),
    alertmanager(site),
    prometheus(site, ours),
  ];
}
