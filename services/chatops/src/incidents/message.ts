import { type Incident, isFiring } from './incident.ts';

/** "8 s", "2 min 11 s", "3 h 5 min", "2 d 4 h": the two largest units, for people. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first < 0) return '0 s';
  const shown = units.slice(first, first + 2).filter(([, count]) => count > 0);
  return shown.map(([unit, count]) => `${count} ${unit}`).join(' ');
}

/** "2026-11-24 12:03:11 UTC" */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** "tocsin/orders" */
export const formatPlace = ({ namespace, service }: Pick<Incident, 'namespace' | 'service'>): string =>
  [namespace, service].filter(Boolean).join('/') || 'nowhere in particular';

/** From the first moment of firing until the end, or until `now`. */
export function durationMs({ startedAt, resolvedAt }: Incident, now: Date): number {
  return (resolvedAt ? Date.parse(resolvedAt) : now.getTime()) - Date.parse(startedAt);
}

/** "2nd time in a day"; undefined the first time. */
export function formatRecurrence({ timesToday }: Incident): string | undefined {
  return timesToday > 1 ? `${ordinal(timesToday)} time in a day` : undefined;
}

/** "by the next heartbeat": who found that it is over. */
export function formatResolver({ resolvedBy }: Incident): string | undefined {
  if (resolvedBy === 'heartbeat') return 'by the next heartbeat';
  return resolvedBy === 'Alertmanager' ? undefined : resolvedBy;
}

const commonLabels = new Set(['alertname', 'namespace', 'service', 'severity']);

/** Labels of the alerts that still fire, or fired at last, without those that the message has said. */
export function tellingLabels({ alerts, status }: Incident): (readonly [name: string, value: string])[][] {
  const shown = status === 'firing' ? alerts.filter(isFiring) : alerts;
  return shown
    .map(({ labels }) => Object.entries(labels).filter(([name]) => !commonLabels.has(name)))
    .filter((labels) => labels.length > 0);
}

/** Where the series that fired are drawn; undefined where nobody knows which they are. */
export function chartUrlOf({ id, alerts }: Incident): string | undefined {
  return alerts.some(({ expression }) => expression !== undefined) ? `/incidents/${id}/chart.svg` : undefined;
}

export interface Message {
  /** One line: how bad, what, where. */
  readonly headline: string;
  readonly body: string;
}

/** The message of an incident as plain text. `link` makes of a path what the reader can follow. */
export function messageOf(incident: Incident, link: (path: string) => string): Message {
  const { alert, severity, status, summary, description, impact, runbookUrl, dashboardUrl } = incident;
  const chartUrl = chartUrlOf(incident);
  const state = status === 'firing' ? severity.toUpperCase() : `RESOLVED (${severity})`;
  const lines = [
    summary,
    description,
    impact && `Felt: ${impact}`,
    [time(incident), formatRecurrence(incident)].filter(Boolean).join(', '),
    incident.suppressedBy && `Suppressed by ${incident.suppressedBy}`,
    ...tellingLabels(incident).map((labels) => labels.map(([name, value]) => `${name}=${value}`).join(' ')),
    runbookUrl && `Runbook: ${link(runbookUrl)}`,
    dashboardUrl && `Dashboard: ${link(dashboardUrl)}`,
    chartUrl && `Chart: ${link(chartUrl)}`,
  ];
  return {
    headline: `${state} ${alert} in ${formatPlace(incident)}`,
    body: lines.filter(Boolean).join('\n'),
  };
}

function time(incident: Incident): string {
  const { status, startedAt, resolvedAt } = incident;
  if (status === 'firing' || !resolvedAt) return `Since ${formatTime(startedAt)}`;
  const took = formatDuration(durationMs(incident, new Date(resolvedAt)));
  const by = formatResolver(incident);
  return `From ${formatTime(startedAt)} for ${took}${by ? `: ${by}` : ''}`;
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const suffixes: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
const ordinal = (count: number) => `${count}${suffixes[ordinals.select(count)] ?? 'th'}`;
