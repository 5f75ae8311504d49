import { fileURLToPath } from 'node:url';
import { type Clock, notFound } from '@tocsin/kit';
import express, { type Response, Router } from 'express';
import { readChart } from './chart/chart.ts';
import type { PrometheusClient } from './chart/prometheus.ts';
import { chartSvg } from './chart/svg.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { IncidentStore } from './incidents/store.ts';
import type { Intake } from './intake.ts';
import type { LiveStreams } from './live.ts';
import type { Forwarding } from './notifications/forwarding.ts';
import { contentSecurityPolicy } from './page/layout.ts';
import { roomPage } from './page/room.ts';
import type { Runbooks } from './page/runbooks.ts';

const resolvedShown = 50;

/** What people look at: the room, the runbooks, and where dashboards are. */
export function roomPages(
  deps: {
    clock: Clock;
    incidents: IncidentStore;
    heartbeat: Heartbeat;
    intake: Intake;
    forwarding: Pick<Forwarding, 'state'>;
    live: LiveStreams;
    runbooks: Runbooks;
    /** None, no charts. */
    prometheus: PrometheusClient | undefined;
  },
  grafanaUrl: string | undefined,
): Router {
  const { clock, incidents, heartbeat, intake, forwarding, live, runbooks, prometheus } = deps;
  const router = Router();

  router.get('/', (request, response) => {
    const service = queryText(request.query.service);
    sendPage(
      response,
      roomPage({
        now: clock.now(),
        firing: incidents.open().toReversed(),
        resolved: incidents.list({ status: 'resolved', service, limit: resolvedShown }),
        service,
        heartbeat: heartbeat.state(),
        slack: forwarding.state(),
        lastRefusedAt: intake.lastRefusedAt(),
      }),
    );
  });

  router.get('/api/incidents/stream', (_request, response) => live.open(response));

  router.get('/incidents/:id/chart.svg', async (request, response) => {
    const incident = incidents.find(request.params.id);
    const chart = incident && prometheus && (await readChart({ clock, prometheus }, incident));
    if (!chart) throw notFound('There is no chart of this incident');
    response.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': contentSecurityPolicy });
    response.type('image/svg+xml').send(chartSvg(chart));
  });

  router.get('/runbooks/:alert', async (request, response) => {
    const { alert } = request.params;
    const page = await runbooks.page(alert);
    if (page === undefined) response.status(404);
    sendPage(response, page ?? (await runbooks.notFound(alert)));
  });

  router.get('/dashboards/:uid', (request, response) => {
    const query = new URL(request.originalUrl, 'http://room').search;
    if (grafanaUrl) {
      const base = grafanaUrl.replace(/\/$/, '');
      response.redirect(`${base}/d/${encodeURIComponent(request.params.uid)}${query}`);
      return;
    }
    const service = queryText(request.query.service) ?? queryText(request.query['var-service']);
    response.redirect(service === undefined ? '/' : `/?service=${encodeURIComponent(service)}`);
  });

  router.use(
    '/assets',
    express.static(fileURLToPath(new URL('page/assets/', import.meta.url)), { index: false }),
  );
  return router;
}

const queryText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function sendPage(response: Response, page: string): void {
  response
    .set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
    })
    .type('html')
    .send(page);
}
