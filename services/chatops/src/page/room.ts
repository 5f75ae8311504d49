import type { HeartbeatState } from '../heartbeat.ts';
import { type Incident, severities } from '../incidents/incident.ts';
import { formatDuration, formatPlace } from '../incidents/message.ts';
import type { ForwardingState } from '../notifications/forwarding.ts';
import { type Html, html } from './html.ts';
import { firingIncident, resolvedIncident } from './incident.ts';
import { bell, layout } from './layout.ts';

const dayMs = 24 * 3600_000;

/** All that the page shows at one moment. */
export interface RoomView {
  readonly now: Date;
  /** Newest first. */
  readonly firing: readonly Incident[];
  /** Newest first. */
  readonly resolved: readonly Incident[];
  /** Show this service only. */
  readonly service: string | undefined;
  readonly heartbeat: HeartbeatState;
  /** undefined: messages go nowhere else. */
  readonly slack: ForwardingState | undefined;
  readonly lastRefusedAt: Date | undefined;
}

/** The ops room. The elements with `data-live` are replaced by the script as things change. */
export function roomPage(view: RoomView): string {
  const ours = ({ service }: Incident) => view.service === undefined || service === view.service;
  const firing = view.firing.filter(ours).toSorted(bySeverity);
  const elsewhere = view.firing.length - firing.length;
  return layout(
    title(view.firing),
    html`<header class="top">
<a class="home" href="/">${bell}<span>Tocsin</span> ops room</a>
${alarmPath(view)}
</header>
<p class="connection" id="connection" role="alert" hidden>The room cannot be reached. Shown is how it was at <span></span>; trying again.</p>
<main>
${view.service !== undefined && filterNote(view.service, elsewhere)}
<h1 class="overview" id="overview" data-live aria-live="polite">${overview(firing)}</h1>
<section id="firing" data-live="list" aria-label="Firing">
${firing.length === 0 ? quiet(view) : firing.map((incident) => firingIncident(incident, view.now))}
</section>
<section id="resolved" data-live="list" aria-labelledby="resolved-title">
${view.resolved.length > 0 && html`<h2 id="resolved-title">Resolved</h2>`}
${view.resolved.map((incident) => resolvedIncident(incident, view.now))}
</section>
</main>`,
    'room',
  );
}

const bySeverity = (a: Incident, b: Incident) =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity);

function counts(firing: readonly Incident[]): string {
  return severities
    .map(
      (severity) => [firing.filter((incident) => incident.severity === severity).length, severity] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`)
    .join(', ');
}

const title = (firing: readonly Incident[]) =>
  firing.length === 0 ? 'All quiet · ops room' : `${counts(firing)} · ops room`;

const overview = (firing: readonly Incident[]) =>
  firing.length === 0 ? 'Nothing is firing' : `Firing: ${counts(firing)}`;

function filterNote(service: string, elsewhere: number): Html {
  const others = elsewhere > 0 && html`<strong>${elsewhere} firing elsewhere.</strong>`;
  return html`<p class="filter" id="filter" data-live>Only <strong>${service}</strong> is shown. ${others} <a href="/">Show all</a></p>`;
}

/** Silence says something only while the way by which alarms arrive is known to work. */
function quiet({ now, resolved, heartbeat, service }: RoomView): Html {
  const [last] = resolved;
  const ago = last?.resolvedAt && formatDuration(now.getTime() - Date.parse(last.resolvedAt));
  return html`<div class="quiet ${heartbeat.works && 'works'}" id="quiet" data-version="${last?.id ?? ''} ${heartbeat.works && 'works'}">
${bell}
<p class="big">${heartbeat.works ? 'All quiet' : 'Quiet, so far'}</p>
<p>${heartbeat.works ? `Nothing is firing${service === undefined ? '' : ` on ${service}`}, and the alarm path works.` : 'Nothing is firing, but no heartbeat shows that alarms would arrive.'}</p>
${last && html`<p class="last">The last was ${last.alert} in ${formatPlace(last)}, over for <span data-ticks>${ago}</span>.</p>`}
</div>`;
}

function alarmPath({ now, heartbeat, slack, lastRefusedAt }: RoomView): Html {
  const refusedToday = lastRefusedAt && now.getTime() - lastRefusedAt.getTime() < dayMs;
  return html`<ul class="path" id="path" data-live aria-label="State of the alarm path">
${heartbeatItem(heartbeat, now)}
${slackItem(slack)}
${refusedToday && html`<li class="bad">A webhook could not be read ${since(lastRefusedAt, now)} ago: see the log</li>`}
</ul>`;
}

function heartbeatItem({ lastHeardAt, missed, works }: HeartbeatState, now: Date): Html {
  if (!lastHeardAt) return html`<li class="${missed > 0 ? 'bad' : 'unknown'}">No heartbeat yet</li>`;
  // A single one may merely be late.
  const overdue = missed > 1;
  const state = overdue ? 'bad' : works ? 'good' : 'unknown';
  return html`<li class="${state}">Heartbeat heard ${since(lastHeardAt, now)} ago${overdue && `, ${missed} missed`}</li>`;
}

function slackItem(slack: ForwardingState | undefined): Html {
  if (!slack) return html`<li class="unknown">Slack off</li>`;
  if (!slack.lastError) return html`<li class="good">Slack on</li>`;
  return html`<li class="bad">Slack: ${slack.lastError}, ${slack.waiting} waiting</li>`;
}

const since = (time: Date, now: Date) => formatDuration(now.getTime() - time.getTime());
