import { alerts } from './alerts.ts';
import { backing } from './backing.ts';
import { events } from './events.ts';
import { platform } from './platform.ts';
import { service } from './service.ts';
import { slo } from './slo.ts';

/** The files of this folder as Grafana is given them: name to content. */
export const rendered: ReadonlyMap<string, string> = new Map(
  [platform, service, slo, events, backing, alerts].map((dashboard) => [
    `${dashboard.uid}.json`,
    `${JSON.stringify(dashboard, null, 2)}\n`,
  ]),
);
