import type { Incident } from '../incidents/incident.ts';
import {
  chartUrlOf,
  durationMs,
  formatDuration,
  formatPlace,
  formatRecurrence,
  formatResolver,
  formatTime,
  tellingLabels,
} from '../incidents/message.ts';
import { type Html, html } from './html.ts';

/** The message of an open incident. `data-version` tells the page whether it has this one already. */
export function firingIncident(incident: Incident, now: Date): Html {
  const { id, version, severity, alert, suppressedBy } = incident;
  return html`<article class="incident ${severity}" id="incident-${id}" data-version="${version}" aria-labelledby="title-${id}">
<header><span class="badge">${severity}</span> <h3 id="title-${id}">${alert}</h3> <span class="for">firing for <span data-ticks>${formatDuration(durationMs(incident, now))}</span></span></header>
${suppressedBy && html`<p class="suppressed">Kept quiet by ${suppressedBy}: no all-clear will come, the room watches for the end.</p>`}
${details(incident)}
</article>`;
}

/** An incident that is over, folded. */
export function resolvedIncident(incident: Incident, now: Date): Html {
  const { id, version, alert, severity, resolvedAt = incident.startedAt } = incident;
  const ago = formatDuration(now.getTime() - Date.parse(resolvedAt));
  return html`<details class="incident resolved" id="incident-${id}" data-version="${version}">
<summary><span class="badge">resolved</span> <span class="name">${alert}</span> <span class="where">${formatPlace(incident)}</span>
<span class="took">took ${formatDuration(durationMs(incident, now))}</span> <span class="ago"><span data-ticks>${ago}</span> ago</span></summary>
<p class="was">Was ${severity}.</p>
${details(incident)}
</details>`;
}

function details(incident: Incident): Html {
  const { summary, description, impact, runbookUrl, dashboardUrl } = incident;
  const chartUrl = chartUrlOf(incident);
  return html`<p class="summary">${summary}</p>
${description && html`<p class="description">${description}</p>`}
${impact && html`<p class="impact">${impact}.</p>`}
${chartUrl && html`<img class="chart" src="${chartUrl}?v=${incident.version}" alt="The series that fired, and its limit" width="640" height="170" loading="lazy">`}
<dl>${facts(incident).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${tellingLabels(incident).map(
  (labels) =>
    html`<ul class="labels" aria-label="Labels">${labels.map(([name, value]) => html`<li><span>${name}</span> ${value}</li>`)}</ul>`,
)}
<p class="links">${runbookUrl && html`<a href="${runbookUrl}">Runbook</a>`} ${dashboardUrl && html`<a href="${dashboardUrl}">Dashboard</a>`}</p>`;
}

function facts(incident: Incident): [name: string, value: Html | string][] {
  const { startedAt, resolvedAt, service } = incident;
  const place = formatPlace(incident);
  const where = service ? html`<a href="/?service=${encodeURIComponent(service)}">${place}</a>` : place;
  const facts: [string, Html | string][] = [
    ['Since', time(startedAt)],
    ['Where', where],
  ];
  const resolver = formatResolver(incident);
  if (resolvedAt) facts.push(['Until', html`${time(resolvedAt)}${resolver && html` (${resolver})`}`]);
  const recurrence = formatRecurrence(incident);
  if (recurrence) facts.push(['Again', recurrence]);
  return facts;
}

const time = (iso: string) => html`<time datetime="${iso}">${formatTime(iso)}</time>`;
