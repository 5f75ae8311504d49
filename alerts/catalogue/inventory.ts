// `npm run inventory`: notes what a running Prometheus (PROMETHEUS_URL, else that of `make up`) has of the outside
// metrics that rules, panels and runbooks read. What it does not have stays as it was noted before.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { dashboards, panelsOf, queriesOf } from '../../dashboards/testing/dashboards.ts';
import { substitute } from '../../dashboards/testing/promql.ts';
import { ports } from '../../deploy/local/ports.ts';
import { isOurs, type Outside } from './exported.ts';
import { readingsIn } from './promql.ts';
import { alertsFolder, rules } from './rules.ts';
import { commandsOf, runbookNames } from './runbook.ts';

const prometheusUrl = process.env.PROMETHEUS_URL ?? `http://127.0.0.1:${ports.prometheus.http}`;
const file = path.join(alertsFolder, 'catalogue/outside-metrics.json');
const addedByTheScrape = new Set(['__name__', 'job', 'instance', 'namespace', 'service', 'pod']);

const panelQueries = dashboards.flatMap(panelsOf).flatMap(queriesOf);
const runbookQueries = runbookNames
  .flatMap(commandsOf)
  .flatMap((block) => [...block.matchAll(/'query=([^']*)'/g)].map(([, query = '']) => query));
const read = [
  ...rules.map(({ expr }) => expr),
  ...panelQueries.map(({ expr }) => substitute(expr)),
  ...runbookQueries,
]
  .flatMap(readingsIn)
  .map(({ metric }) => metric);
const outside = [...new Set(read)].filter((metric) => !isOurs(metric)).sort();

const known = JSON.parse(readFileSync(file, 'utf8')) as Outside;
for (const metric of outside) {
  const series = await seriesOf(metric);
  if (series.length === 0) console.error(`${metric}: not there at present`);
  for (const [job = '', members] of Map.groupBy(series, (labels) => labels.job)) {
    const labels = new Set(members.flatMap(Object.keys)).difference(addedByTheScrape);
    known[job] = { ...known[job], [metric]: [...labels].sort() };
  }
}
writeFileSync(file, `${JSON.stringify(sorted(known), null, 2)}\n`);

async function seriesOf(metric: string) {
  const response = await fetch(`${prometheusUrl}/api/v1/series?match[]=${metric}`, {
    signal: AbortSignal.timeout(10_000),
  });
  const body = z.object({ data: z.array(z.record(z.string(), z.string())) });
  return body.parse(await response.json()).data;
}

/** By job and metric; of metrics that nobody reads any more nothing is kept. */
function sorted(all: Outside): Outside {
  const entries = <V>(object: Record<string, V>) =>
    Object.entries(object).sort(([a], [b]) => a.localeCompare(b));
  const jobs = entries(all).map(([job, metrics]): [string, Record<string, string[]>] => [
    job,
    Object.fromEntries(entries(metrics).filter(([metric]) => outside.includes(metric))),
  ]);
  return Object.fromEntries(jobs.filter(([, metrics]) => Object.keys(metrics).length > 0));
}
