import { type Route, route } from '@tocsin/kit';
import { z } from 'zod';
import { alertmanagerWebhook } from './alertmanager/webhook.ts';
import { type Incident, resolvers, severities } from './incidents/incident.ts';
import { chartUrlOf, messageOf } from './incidents/message.ts';
import type { IncidentStore } from './incidents/store.ts';
import type { Intake } from './intake.ts';

const time = z.iso.datetime();
const status = z.enum(['firing', 'resolved']);
const strings = z.record(z.string(), z.string());

const incident = z.object({
  id: z.string(),
  status,
  severity: z.enum(severities),
  service: z.string(),
  namespace: z.string(),
  alert: z.string(),
  startedAt: time.describe('When the alert began to fire'),
  receivedAt: time.describe('When the room heard of it'),
  postedAt: time.describe('When the message stood in the room'),
  resolvedAt: time.optional(),
  resolvedBy: z.enum(resolvers).optional(),
  summary: z.string(),
  description: z.string(),
  impact: z.string().optional().describe('What those feel who use the platform'),
  text: z.string().describe('The message as plain text'),
  runbookUrl: z.string().optional(),
  dashboardUrl: z.string().optional(),
  chartUrl: z.string().optional().describe('Where the series that fired are drawn'),
  timesToday: z.int().describe('How often this fired in a day, this time included'),
  suppressedBy: z.string().optional().describe('The silence or the alert that keeps it quiet'),
  alerts: z.array(
    z.object({
      fingerprint: z.string(),
      status,
      labels: strings,
      annotations: strings,
      startsAt: time,
      endsAt: time.optional(),
      expression: z.string().optional().describe('What Prometheus evaluated, in PromQL'),
    }),
  ),
});

/** An incident as the API shows it. */
export function incidentBody(shown: Incident): z.output<typeof incident> {
  const { version: _version, raisedBy: _raisedBy, ...rest } = shown;
  const { headline, body } = messageOf(shown, (path) => path);
  const chartUrl = chartUrlOf(shown);
  return {
    ...rest,
    ...(chartUrl && { chartUrl }),
    alerts: [...shown.alerts],
    text: `${headline}\n${body}`,
  };
}

export function roomRoutes(deps: { intake: Intake; incidents: Pick<IncidentStore, 'list'> }): Route[] {
  const { intake, incidents } = deps;
  return [
    route({
      method: 'post',
      path: '/webhooks/alertmanager',
      summary: "Alertmanager's webhook, version 4; answered when it is on disk",
      body: alertmanagerWebhook,
      // Alertmanager gives up what is refused: thousands of alerts of one group must fit.
      bodyLimitBytes: 8 * 1024 * 1024,
      responses: { 202: undefined },
      onRefused: ({ detail, title }) => intake.refuse(detail ?? title),
      async handle({ body }) {
        intake.accept(body);
        return { status: 202 };
      },
    }),
    route({
      method: 'get',
      path: '/api/incidents',
      summary: 'Incidents, newest first',
      query: z.object({
        status: status.optional(),
        service: z.string().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      responses: { 200: z.object({ incidents: z.array(incident) }) },
      async handle({ query }) {
        return { status: 200, body: { incidents: incidents.list(query).map(incidentBody) } };
      },
    }),
  ];
}
