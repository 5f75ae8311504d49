import { closeUnknown, type Incident, isFiring, noteSuppression } from '../incidents/incident.ts';

/** An alert as Alertmanager's `/api/v2/alerts` knows it. */
export interface KnownAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  /** Time intervals of a route, from Alertmanager 0.28 on. */
  readonly mutedBy: readonly string[];
}

export interface Alertmanager {
  readonly startedAt: Date;
  readonly alerts: readonly KnownAlert[];
}

export interface Comparison {
  /** Incidents that changed. */
  readonly changed: readonly Incident[];
  /** Ids of incidents that Alertmanager does not know, to be handed to the next round. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Alertmanager keeps alerts in memory only. Prometheus tells a new one of them within a minute (its resend delay)
 * and an evaluation; a notification log that survived the restart then keeps it from telling us again.
 */
const relearnMs = 2 * 60_000;

/**
 * Compares open incidents with what Alertmanager knows: an inhibited or silenced alert never sends its all-clear.
 * One that is gone in two rounds running is closed, one that is suppressed says by what.
 */
export function compare(
  open: readonly Incident[],
  alertmanager: Alertmanager,
  unknownBefore: ReadonlySet<string>,
  now: Date,
): Comparison {
  const known = new Map(alertmanager.alerts.map((alert) => [alert.fingerprint, alert]));
  const startedAt = alertmanager.startedAt.getTime();
  const relearning = now.getTime() - startedAt < relearnMs;
  const changed: Incident[] = [];
  const unknown = new Set<string>();

  for (const incident of open) {
    if (incident.raisedBy !== 'Alertmanager') continue;
    const present = incident.alerts
      .filter(isFiring)
      .flatMap(({ fingerprint }) => known.get(fingerprint) ?? []);
    if (present.length > 0) {
      const noted = noteSuppression(incident, suppression(present, known));
      if (noted) changed.push(noted);
      continue;
    }
    if (relearning && startedAt > Date.parse(incident.receivedAt)) continue;
    if (unknownBefore.has(incident.id)) changed.push(closeUnknown(incident, now.toISOString()));
    else unknown.add(incident.id);
  }
  return { changed, unknown };
}

/** What keeps all of them quiet; undefined while one is not. */
function suppression(
  present: readonly KnownAlert[],
  known: ReadonlyMap<string, KnownAlert>,
): string | undefined {
  const causes = present.map(({ silencedBy, inhibitedBy, mutedBy }) => {
    const [silence] = silencedBy;
    if (silence !== undefined) return `silence ${silence}`;
    const [inhibitor] = inhibitedBy;
    if (inhibitor !== undefined) return `alert ${nameOf(known.get(inhibitor), inhibitor)}`;
    const [interval] = mutedBy;
    return interval === undefined ? undefined : `time interval ${interval}`;
  });
  return causes.every((cause) => cause !== undefined) ? causes[0] : undefined;
}

function nameOf(alert: KnownAlert | undefined, fingerprint: string): string {
  if (!alert) return fingerprint;
  const { alertname = fingerprint, service } = alert.labels;
  return service ? `${alertname} on ${service}` : alertname;
}
