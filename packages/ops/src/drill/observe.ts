import { z } from 'zod';

type Labels = Readonly<Record<string, string>>;

const prometheusAlerts = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        state: z.enum(['pending', 'firing']),
        activeAt: z.coerce.date(),
      }),
    ),
  }),
});

const alertmanagerAlerts = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({
      state: z.enum(['unprocessed', 'active', 'suppressed']),
      inhibitedBy: z.array(z.string()),
      silencedBy: z.array(z.string()),
    }),
  }),
);

const incidents = z.object({
  incidents: z.array(
    z.object({
      id: z.coerce.string(),
      status: z.enum(['firing', 'acknowledged', 'resolved']),
      alert: z.string(),
      service: z.string().nullish(),
      receivedAt: z.coerce.date(),
      postedAt: z.coerce.date().nullish(),
      text: z.string(),
    }),
  ),
});

export type PrometheusAlert = z.output<typeof prometheusAlerts>['data']['alerts'][number];
export type AlertmanagerAlert = z.output<typeof alertmanagerAlerts>[number];
export type Incident = z.output<typeof incidents>['incidents'][number];

/** What each station on the way of an alarm says about one alert. */
export interface Observer {
  inPrometheus(): Promise<PrometheusAlert | undefined>;
  inAlertmanager(): Promise<AlertmanagerAlert | undefined>;
  /** Incidents of the alert, open and resolved. */
  inTheRoom(): Promise<readonly Incident[]>;
}

/** Observes the alert that bears all of these labels. */
export function createObserver(
  urls: { prometheusUrl: string; alertmanagerUrl: string; chatopsUrl: string },
  wanted: Labels & { alertname: string; service?: string },
): Observer {
  const bears = (alert: { labels: Labels }) =>
    Object.entries(wanted).every(([name, value]) => alert.labels[name] === value);
  return {
    async inPrometheus() {
      const { data } = await read(`${urls.prometheusUrl}/api/v1/alerts`, prometheusAlerts);
      return data.alerts.find(bears);
    },
    async inAlertmanager() {
      const alerts = await read(`${urls.alertmanagerUrl}/api/v2/alerts`, alertmanagerAlerts);
      return alerts.find(bears);
    },
    async inTheRoom() {
      const room = await read(`${urls.chatopsUrl}/api/incidents`, incidents);
      return room.incidents.filter(
        ({ alert, service }) =>
          alert === wanted.alertname && (wanted.service === undefined || service === wanted.service),
      );
    },
  };
}

async function read<Schema extends z.ZodType>(url: string, schema: Schema): Promise<z.output<Schema>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const result = schema.safeParse(await response.json());
  if (!result.success) throw new Error(`${url} answered another shape: ${z.prettifyError(result.error)}`);
  return result.data;
}
