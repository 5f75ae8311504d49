import { z } from 'zod';
import { readJson } from './read-json.ts';

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
      status: z.enum(['firing', 'resolved']),
      alert: z.string(),
      service: z.string().nullish(),
      receivedAt: z.coerce.date(),
      postedAt: z.coerce.date().nullish(),
      text: z.string(),
      chartUrl: z.string().nullish(),
    }),
  ),
});

const pages = z.object({
  pages: z.array(
    z.object({
      receivedAt: z.coerce.date(),
      status: z.enum(['firing', 'resolved']),
      alert: z.string(),
      service: z.string(),
      summary: z.string(),
      description: z.string(),
    }),
  ),
});

export type PrometheusAlert = z.output<typeof prometheusAlerts>['data']['alerts'][number];
export type AlertmanagerAlert = z.output<typeof alertmanagerAlerts>[number];
export type Incident = z.output<typeof incidents>['incidents'][number];
export type Page = z.output<typeof pages>['pages'][number];

/** Where the stations on the way of an alarm answer. */
export interface Stations {
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  readonly chatopsUrl: string;
  /** None where critical alerts go to PagerDuty or Opsgenie. */
  readonly pagerUrl?: string;
}

/** What each station says about all alerts. */
export interface Watch {
  inPrometheus(): Promise<readonly PrometheusAlert[]>;
  inAlertmanager(): Promise<readonly AlertmanagerAlert[]>;
  /** Incidents, open and resolved. */
  inTheRoom(): Promise<readonly Incident[]>;
  atThePager(): Promise<readonly Page[]>;
}

export function createWatch(stations: Stations): Watch {
  const { prometheusUrl, alertmanagerUrl, chatopsUrl, pagerUrl } = stations;
  return {
    inPrometheus: async () =>
      (await readJson(`${prometheusUrl}/api/v1/alerts`, prometheusAlerts)).data.alerts,
    inAlertmanager: () => readJson(`${alertmanagerUrl}/api/v2/alerts`, alertmanagerAlerts),
    inTheRoom: async () => (await readJson(`${chatopsUrl}/api/incidents`, incidents)).incidents,
    atThePager: async () => (pagerUrl ? (await readJson(`${pagerUrl}/api/pages`, pages)).pages : []),
  };
}

/** What each station says about one alert. */
export interface Observer {
  inPrometheus(): Promise<PrometheusAlert | undefined>;
  inAlertmanager(): Promise<AlertmanagerAlert | undefined>;
  /** Incidents of the alert, open and resolved. */
  inTheRoom(): Promise<readonly Incident[]>;
  /** Pages of the alert, of its beginning and of its end. */
  atThePager(): Promise<readonly Page[]>;
}

/** Observes the alert that bears all of these labels; of several, in Prometheus, one that is firing speaks for all. */
export function createObserver(
  watch: Watch,
  wanted: Labels & { alertname: string; service?: string },
): Observer {
  const bears = (alert: { labels: Labels }) =>
    Object.entries(wanted).every(([name, value]) => alert.labels[name] === value);
  const isAbout = ({ alert, service }: { alert: string; service?: string | null | undefined }) =>
    alert === wanted.alertname && (wanted.service === undefined || service === wanted.service);
  return {
    inPrometheus: async () => {
      const ours = (await watch.inPrometheus()).filter(bears);
      return ours.find(({ state }) => state === 'firing') ?? ours[0];
    },
    inAlertmanager: async () => (await watch.inAlertmanager()).find(bears),
    inTheRoom: async () => (await watch.inTheRoom()).filter(isAbout),
    atThePager: async () => (await watch.atThePager()).filter(isAbout),
  };
}
