import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { addRuntimeMetrics, createMetrics } from '../packages/kit/src/metrics.ts';
import { alerts, rules } from './src/rules.ts';
import { dashboards, panelsOf, queriesOf } from './testing/dashboards.ts';
import { selectorsIn, substitute } from './testing/promql.ts';

test('every alert leads to a dashboard, and there to a panel that leads back to its runbook', () => {
  for (const { alert, annotations = {} } of alerts) {
    const { pathname, searchParams } = new URL(annotations.dashboard_url ?? '', 'http://room');
    const [, uid] = /^\/dashboards\/([^/]+)$/.exec(pathname) ?? assert.fail(`${alert} leads to ${pathname}`);
    const dashboard =
      dashboards.find((one) => one.uid === uid) ?? assert.fail(`${alert}: no dashboard ${uid}`);
    const choices = new Set(dashboard.templating.list?.map(({ name }) => `var-${name}`));
    assert.deepEqual(new Set(searchParams.keys()).difference(choices), new Set(), alert);
    assert.ok(
      panelsOf(dashboard).some(({ links }) => links?.some(leadsToRunbook(alert))),
      alert,
    );
  }
});

test('every link of a panel leads to a runbook that there is', () => {
  const links = dashboards.flatMap(panelsOf).flatMap((panel) => panel.links ?? []);
  assert.ok(links.length > 0);
  for (const { url } of links) {
    assert.ok(
      alerts.some(({ alert }) => leadsToRunbook(alert)({ url })),
      url,
    );
  }
});

/** Prometheus and Alertmanager tell these of themselves; tests/drill.test.ts sees them there. */
const foreignMetrics =
  /^(up|ALERTS|(prometheus_(notifications|rule)|alertmanager_(notifications|silences))(_\w+)?)$/;

test('every metric that a rule or a panel reads is recorded by a rule, made by the code, or foreign', () => {
  const root = path.join(import.meta.dirname, '..');
  const code = globSync('{packages,services}/*/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
  const runtime = createMetrics();
  addRuntimeMetrics(runtime, { service: 'any', release: 'any' });
  const known = new Set([
    ...rules.map(({ record }) => record),
    ...runtime.registry.getMetricsAsArray().map(({ name }) => name),
  ]);
  const panelQueries = dashboards.flatMap(panelsOf).flatMap(queriesOf);
  const exprs = [...rules, ...panelQueries].map(({ expr }) => substitute(expr));
  const unknown = exprs.flatMap(selectorsIn).filter(({ metric }) => {
    const family = metric.replace(/_(count|bucket|sum)$/, '');
    return !(
      known.has(metric) ||
      known.has(family) ||
      foreignMetrics.test(metric) ||
      code.includes(`'${family}'`)
    );
  });
  assert.deepEqual(unknown, []);
});

function leadsToRunbook(alert: string) {
  return ({ url }: { url?: string | undefined }) => url === `\${ops_room:raw}/runbooks/${alert}`;
}
