import type { Clock } from '@tocsin/kit';
import type { Incident } from '../incidents/incident.ts';
import { watchedBy } from './expression.ts';
import type { PrometheusClient, Series, Span } from './prometheus.ts';

/** What is drawn: the series that fired, and what they were compared with. */
export interface Chart {
  readonly span: Span;
  readonly startedAt: Date;
  readonly series: readonly Series[];
  readonly limits: readonly Series[];
}

const minuteMs = 60_000;
const beforeMs = 10 * minuteMs;
const afterMs = 3 * minuteMs;
const longestMs = 6 * 60 * minuteMs;
const pointsAcross = 200;
const mostSeries = 8;

/**
 * The series of an incident, as Prometheus has them.
 * @returns undefined when it is not known what the alert looks at.
 * @throws {KitError} when Prometheus does not answer.
 */
export async function readChart(
  deps: { clock: Clock; prometheus: PrometheusClient },
  incident: Incident,
): Promise<Chart | undefined> {
  const expression = incident.alerts.findLast((alert) => alert.expression !== undefined)?.expression;
  if (expression === undefined) return undefined;
  const span = spanOf(incident, deps.clock.now());
  const charts: Chart[] = [];
  for (const { value, limit } of watchedBy(expression)) {
    const all = await deps.prometheus.read(value, span);
    const limits = limit === undefined ? [] : await deps.prometheus.read(limit, span);
    charts.push({
      span,
      startedAt: new Date(incident.startedAt),
      series: ofIncident(all, incident),
      limits: ofIncident(limits, incident),
    });
  }
  // Of alternatives, the one that has fired is the one that there is something of.
  return charts.find(({ series }) => series.length > 0) ?? charts[0];
}

/** From a while before it fired until a while after its end. */
function spanOf({ startedAt, resolvedAt }: Incident, now: Date): Span {
  const last = resolvedAt ? Date.parse(resolvedAt) + afterMs : now.getTime();
  const to = Math.min(last, now.getTime());
  const from = Math.max(Date.parse(startedAt) - beforeMs, to - longestMs);
  const stepSeconds = Math.max(1, Math.ceil((to - from) / 1000 / pointsAcross));
  return { from: new Date(from), to: new Date(Math.max(to, from + 1000)), stepSeconds };
}

/** Those whose labels are an alert's. A rule may set labels that its series do not have, or have otherwise. */
function ofIncident(series: readonly Series[], { alerts }: Incident): Series[] {
  const fits = ({ labels }: Series) =>
    alerts.some((alert) =>
      Object.entries(labels).every(
        ([name, value]) => alert.labels[name] === undefined || alert.labels[name] === value,
      ),
    );
  const shown = series.filter(({ points }) => points.length > 0);
  const fitting = shown.filter(fits);
  return (fitting.length > 0 ? fitting : shown).slice(0, mostSeries);
}
