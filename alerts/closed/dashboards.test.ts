// Alerts lead to panels, and panels to runbooks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboards, panelsOf, queriesOf } from '../../dashboards/testing/dashboards.ts';
import { substitute } from '../../dashboards/testing/promql.ts';
import { unknownIn } from '../catalogue/metrics.ts';
import { alerts } from '../catalogue/rules.ts';

test('every alert leads to a dashboard, and there to a panel that leads back to its runbook', () => {
  for (const { alert, annotations = {} } of alerts) {
    const { pathname, searchParams } = new URL(annotations.dashboard_url ?? '', 'http://room');
    const [, uid] = /^\/dashboards\/([^/]+)$/.exec(pathname) ?? assert.fail(`${alert} leads to ${pathname}`);
    const dashboard =
      dashboards.find((one) => one.uid === uid) ?? assert.fail(`${alert}: no dashboard ${uid}`);
    const choices = new Set(dashboard.templating.list?.map(({ name }) => `var-${name}`)).add('viewPanel');
    assert.deepEqual(new Set(searchParams.keys()).difference(choices), new Set(), alert);
    const shown = searchParams.get('viewPanel');
    const panel = panelsOf(dashboard).find(({ id }) => shown === null || String(id) === shown);
    assert.ok(panel, `${alert}: no panel ${shown} in ${uid}`);
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

test('every metric and label that a panel reads is exported by code, a record or an exporter', () => {
  const queries = dashboards.flatMap(panelsOf).flatMap(queriesOf);
  const unknown = queries.flatMap(({ expr }) => unknownIn(substitute(expr)));
  assert.deepEqual(unknown, []);
});

function leadsToRunbook(alert: string) {
  return ({ url }: { url?: string | undefined }) => url === `\${ops_room:raw}/runbooks/${alert}`;
}
