import { alerts } from './alerts.ts';
import { events } from './events.ts';
import { platform } from './platform.ts';
import { service } from './service.ts';

/** The files of this folder as Grafana is given them: name to content. */
export const rendered: ReadonlyMap<string, string> = new Map(
  [platform, service, events, alerts].map((dashboard) => [
    `${dashboard.uid}.json`,
    `${JSON.stringify(dashboard, null, 2)}\n`,
  ]),
);
