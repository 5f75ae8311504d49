import { runService } from '@tocsin/kit';
import { createAlertmanagerClient } from './alertmanager/client.ts';
import { alertmanagerWatching } from './alertmanager/watching.ts';
import { createPrometheusClient } from './chart/prometheus.ts';
import { chatopsConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { createHeartbeat, heartbeatWatching } from './heartbeat.ts';
import { incidentBody, roomRoutes } from './http.ts';
import { createImpacts } from './incidents/impacts.ts';
import { createIncidentStore } from './incidents/store.ts';
import { createIntake } from './intake.ts';
import { createLiveStreams } from './live.ts';
import { announceRoom, createRoomMetrics } from './metrics.ts';
import { createForwarding, noForwarding } from './notifications/forwarding.ts';
import { createRunbooks } from './page/runbooks.ts';
import { roomPages } from './pages.ts';
import { retention } from './retention.ts';
import { createRoom } from './room.ts';

await runService(
  { name: 'chatops', description: 'The ops room: alerts become incidents', config: chatopsConfig },
  ({ config, log, clock, metrics: registry, stopping, http, pages, work, onClose }) => {
    const database = openDatabase(config.SQLITE_PATH);
    onClose('close the database', () => database.close());
    const incidents = createIncidentStore(database);
    const metrics = createRoomMetrics(registry, incidents.countOpen);
    const base = { log, clock, database, incidents, metrics };

    const hookUrl = config.SLACK_WEBHOOK_URL;
    const publicUrl = config.PUBLIC_URL ?? `http://localhost:${config.HTTP_PORT}`;
    announceRoom(registry, publicUrl.replace(/\/$/, ''));
    const forwarding = hookUrl ? createForwarding(base, { hookUrl, publicUrl }) : noForwarding;
    const forwarder = work({ name: 'forward to Slack', everyMs: 1000, run: forwarding.forward });

    const live = createLiveStreams({ stopping });
    const impacts = createImpacts(config.RUNBOOKS_DIR);
    const room = createRoom({ ...base, forwarding, impacts }, (incident) => {
      live.send('incident', incidentBody(incident));
      forwarder.wake();
    });
    const intervalMs = config.WATCHDOG_INTERVAL_MS;
    const heartbeat = createHeartbeat({ ...base, room }, { intervalMs }, (at) =>
      live.send('heartbeat', { at }),
    );
    work(heartbeatWatching(heartbeat, { intervalMs }));
    if (config.ALERTMANAGER_URL) {
      const alertmanager = createAlertmanagerClient({ metrics: registry }, config.ALERTMANAGER_URL);
      work(alertmanagerWatching({ ...base, room, alertmanager }));
    }
    work(retention(base, config.RETENTION_DAYS));

    const intake = createIntake({ ...base, room, heartbeat });
    http(roomRoutes({ intake, incidents }));
    const runbooks = createRunbooks(config.RUNBOOKS_DIR, config.RUNBOOK_TARGET);
    const prometheusUrl = config.PROMETHEUS_URL;
    const prometheus = prometheusUrl
      ? createPrometheusClient({ metrics: registry }, prometheusUrl)
      : undefined;
    const shown = { ...base, heartbeat, intake, forwarding, live, runbooks, prometheus };
    pages(roomPages(shown, config.GRAFANA_URL));
  },
);
