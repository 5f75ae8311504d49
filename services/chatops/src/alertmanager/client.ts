import { createHttpClient, type Metrics } from '@tocsin/kit';
import { z } from 'zod';
import type { Alertmanager } from './comparison.ts';

const status = z.object({ uptime: z.coerce.date() });
const alerts = z.array(
  z.object({
    fingerprint: z.string(),
    labels: z.record(z.string(), z.string()),
    status: z.object({
      silencedBy: z.array(z.string()),
      inhibitedBy: z.array(z.string()),
      mutedBy: z.array(z.string()).default([]),
    }),
  }),
);

export interface AlertmanagerClient {
  /** @throws {KitError} `alertmanager_unavailable` or `alertmanager_refused`. */
  read(): Promise<Alertmanager>;
}

export function createAlertmanagerClient(deps: { metrics: Metrics }, url: string): AlertmanagerClient {
  const http = createHttpClient(deps, 'alertmanager', url);
  return {
    async read() {
      // `uptime` is, in spite of its name, the time of the start.
      const { body } = await http.call({ path: '/api/v2/status', answers: { 200: status } });
      const known = await http.call({ path: '/api/v2/alerts', answers: { 200: alerts } });
      return {
        startedAt: body.uptime,
        alerts: known.body.map(({ status: suppressed, ...alert }) => ({ ...alert, ...suppressed })),
      };
    },
  };
}
