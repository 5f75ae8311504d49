/** One alert of an incident, as Alertmanager tells it. Times are RFC 3339, UTC. */
export interface Alert {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt?: string;
  /** What Prometheus evaluated, in PromQL. */
  readonly expression?: string;
}

/** What an incident is about: alerts that agree on these share one message. */
export interface Group {
  readonly namespace: string;
  readonly service: string;
  readonly alert: string;
}

export const severities = ['critical', 'warning', 'info', 'none'] as const;
export type Severity = (typeof severities)[number];

export const resolvers = ['Alertmanager', 'heartbeat', 'no longer known to Alertmanager'] as const;
type Resolver = (typeof resolvers)[number];

/** One message of the room, edited as what it tells of changes. */
export interface Incident extends Group {
  readonly id: string;
  /** Grows by one with each change. */
  readonly version: number;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  /** Who found out: alerts that the room raises itself are unknown to Alertmanager. */
  readonly raisedBy: 'Alertmanager' | 'room';
  readonly summary: string;
  readonly description: string;
  /** What those feel who use the platform, when it began. */
  readonly impact?: string;
  readonly runbookUrl?: string;
  readonly dashboardUrl?: string;
  /** When the alert began to fire, by the one who evaluates it. */
  readonly startedAt: string;
  /** When the room heard of it. */
  readonly receivedAt: string;
  /** When the message stood in the room. */
  readonly postedAt: string;
  readonly resolvedAt?: string;
  readonly resolvedBy?: Resolver;
  /** How often this group fired in the last day, this time included. */
  readonly timesToday: number;
  /** The silence or the alert that keeps it quiet at present. */
  readonly suppressedBy?: string;
  readonly alerts: readonly Alert[];
}

/** News of one group. */
export interface Report {
  readonly group: Group;
  readonly alerts: readonly Alert[];
  readonly from: 'Alertmanager' | 'heartbeat';
  readonly receivedAt: string;
}

/** What a new incident is given by the room. */
export interface Opening {
  readonly id: string;
  readonly timesToday: number;
  /** From the runbook at this address; undefined where there is none. */
  impactOf(runbookUrl: string | undefined): string | undefined;
}

/**
 * The group's incident after a report, or undefined where the report changes nothing: an open incident is edited,
 * a resolved one is over, and what fires after that is a new incident.
 */
export function report(
  latest: Incident | undefined,
  news: Report,
  opening: () => Opening,
): Incident | undefined {
  if (latest?.status === 'firing') return edit(latest, news);
  if (news.alerts.some(isFiring)) return open(news, opening());
  return latest && correctEnd(latest, news);
}

/** Closes an incident that Alertmanager no longer knows: it will never send the all-clear. */
export function closeUnknown(incident: Incident, at: string): Incident {
  const alerts = incident.alerts.map((alert) =>
    isFiring(alert) ? { ...alert, status: 'resolved' as const, endsAt: at } : alert,
  );
  return end({ ...incident, alerts }, at, 'no longer known to Alertmanager');
}

/** Notes what keeps an incident quiet; undefined where that is noted already. */
export function noteSuppression(incident: Incident, suppressedBy: string | undefined): Incident | undefined {
  if (incident.suppressedBy === suppressedBy) return undefined;
  const { suppressedBy: _before, ...rest } = incident;
  return { ...rest, ...(suppressedBy && { suppressedBy }), version: incident.version + 1 };
}

export const isFiring = ({ status }: Pick<Alert, 'status'>): boolean => status === 'firing';

function open({ group, alerts, from, receivedAt }: Report, opening: Opening): Incident {
  const { id, timesToday } = opening;
  const news = told(alerts.filter(isFiring), group);
  const impact = opening.impactOf(news.runbookUrl);
  return {
    ...group,
    id,
    version: 1,
    status: 'firing',
    raisedBy: from === 'Alertmanager' ? 'Alertmanager' : 'room',
    ...news,
    ...(impact && { impact }),
    startedAt: earliest(alerts.filter(isFiring).map(({ startsAt }) => startsAt)) ?? receivedAt,
    receivedAt,
    postedAt: receivedAt,
    timesToday,
    alerts,
  };
}

function edit(incident: Incident, news: Report): Incident | undefined {
  const alerts = merge(incident.alerts, news.alerts);
  const firing = alerts.filter(isFiring);
  if (firing.length === 0) {
    const endedAt = newest(alerts.flatMap(({ endsAt }) => endsAt ?? [])) ?? news.receivedAt;
    return end({ ...incident, alerts }, endedAt, news.from);
  }
  const edited = { ...incident, ...told(firing, incident), alerts };
  if (JSON.stringify(edited) === JSON.stringify(incident)) return undefined;
  return { ...edited, version: incident.version + 1 };
}

function end(incident: Incident, at: string, resolvedBy: Resolver): Incident {
  const { suppressedBy: _over, ...rest } = incident;
  const resolvedAt = at > incident.startedAt ? at : incident.startedAt;
  return { ...rest, status: 'resolved', resolvedAt, resolvedBy, version: incident.version + 1 };
}

/** Alertmanager forgets a resolved alert at once but tells of it a group interval later: its own word counts more. */
function correctEnd(incident: Incident, news: Report): Incident | undefined {
  if (incident.resolvedBy !== 'no longer known to Alertmanager' || news.alerts.length === 0) return undefined;
  const ours = news.alerts.every(({ fingerprint, startsAt }) =>
    incident.alerts.some((alert) => alert.fingerprint === fingerprint && alert.startsAt === startsAt),
  );
  return ours ? edit(incident, news) : undefined;
}

/** Alerts by fingerprint, in the order in which they joined. */
function merge(before: readonly Alert[], news: readonly Alert[]): Alert[] {
  const alerts = new Map([...before, ...news].map((alert) => [alert.fingerprint, alert]));
  return [...alerts.values()];
}

/** What the worst of the firing alerts tells, which is what the message says. */
function told(firing: readonly Alert[], { alert, service }: Group) {
  const [worst] = firing.toSorted((a, b) => rank(a) - rank(b) || a.startsAt.localeCompare(b.startsAt));
  const { summary, description, runbook_url, dashboard_url } = worst?.annotations ?? {};
  const runbookUrl = safeLink(runbook_url);
  const dashboardUrl = safeLink(dashboard_url);
  return {
    severity: severityOf(worst),
    summary: summary ?? `${alert}${service && ` on ${service}`}`,
    description: description ?? '',
    ...(runbookUrl && { runbookUrl }),
    ...(dashboardUrl && { dashboardUrl }),
  };
}

/** A severity that we do not know is a warning, as in alertmanager.yaml. */
function severityOf(alert: Alert | undefined): Severity {
  return severities.find((known) => known === alert?.labels.severity) ?? 'warning';
}

const rank = (alert: Alert) => severities.indexOf(severityOf(alert));
const earliest = (times: readonly string[]) => times.toSorted()[0];
const newest = (times: readonly string[]) => times.toSorted().at(-1);

/** Annotations are anybody's text: a link leads to a page of ours or to the web, and runs nothing. */
function safeLink(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (/^\/(?![/\\])/.test(url)) return url;
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '') ? url : undefined;
}
