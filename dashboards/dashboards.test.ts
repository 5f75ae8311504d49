import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { missingReport } from '../services/chatops/src/incidents/watchdog.ts';
import { rendered } from './src/rendered.ts';
import { dashboards, files, panelsOf, queriesOf } from './testing/dashboards.ts';
import { selectorsIn, substitute } from './testing/promql.ts';

test('the files are what `npm run dashboards` makes of the sources', () => {
  assert.deepEqual([...files.keys()].sort(), [...rendered.keys()].sort());
  for (const [file, json] of rendered) assert.equal(files.get(file), json, file);
});

for (const dashboard of dashboards) {
  const { uid = '', title, templating, tags = [], links = [] } = dashboard;
  const panels = panelsOf(dashboard);

  test(`${title} can be provisioned: a name for good, nothing of one installation`, () => {
    assert.match(uid, /^tocsin-[a-z]+$/);
    assert.ok(uid.length <= 40 && files.has(`${uid}.json`));
    assert.ok(!('id' in dashboard) && !('__inputs' in dashboard));
    const { schemaVersion, timezone, editable } = dashboard;
    // Grafana 12.2 and later write 42, and read what is older.
    assert.deepEqual(
      { schemaVersion, timezone, editable },
      { schemaVersion: 42, timezone: 'utc', editable: false },
    );
    const [first] = templating.list ?? [];
    assert.deepEqual([first?.name, first?.type, first?.query], ['datasource', 'datasource', 'prometheus']);
    for (const panel of panels)
      assert.deepEqual(panel.datasource, { type: 'prometheus', uid: `\${datasource}` });
  });

  test(`${title} is told as generated, and leads to its neighbours`, () => {
    assert.match(dashboard.description ?? '', /Generated from dashboards\/src\/\w+\.ts/);
    assert.ok(
      existsSync(new URL(/src\/\w+\.ts/.exec(dashboard.description ?? '')?.[0] ?? '', import.meta.url)),
    );
    const [neighbours] = links;
    assert.equal(neighbours?.type, 'dashboards');
    assert.ok(neighbours.tags.every((tag) => tags.includes(tag)));
  });

  test(`${title} fits the screen: panels beside and below each other, none over another`, () => {
    const cells = new Map<string, string | undefined>();
    for (const panel of dashboard.panels ?? []) {
      const { x, y, w, h } = panel.gridPos ?? assert.fail(`${panel.title} has no place`);
      assert.ok(x + w <= 24, `${panel.title} is off the screen`);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          const cell = `${column},${line}`;
          assert.ok(!cells.has(cell), `${panel.title} lies over ${cells.get(cell)}`);
          cells.set(cell, panel.title);
        }
      }
    }
    const ids = (dashboard.panels ?? []).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test(`${title} says of each panel what it shows, what is good, what to do`, () => {
    const titles = panels.map((panel) => panel.title);
    assert.equal(new Set(titles).size, titles.length);
    for (const panel of panels) {
      assert.ok(panel.title);
      assert.ok((panel.description?.length ?? 0) > 40, panel.title);
      assert.match(unitOf(panel) ?? '', /^(s|reqps|mps|percentunit|bytes|short)$/, panel.title);
      assert.ok(queriesOf(panel).length > 0, panel.title);
    }
  });

  test(`${title} asks what Prometheus understands, and never for a counter as it is`, () => {
    for (const { expr } of panels.flatMap(queriesOf)) {
      // What the screen shows decides over what a rate is taken; it is always four scrapes at least.
      assert.doesNotMatch(expr.replaceAll('[$__rate_interval]', ''), /\bi?rate\([^()]*\[/);
      for (const { metric } of selectorsIn(substitute(expr)).filter((read) =>
        read.metric.endsWith('_total'),
      )) {
        assert.match(expr, new RegExp(`(rate|increase)\\(${metric}\\b`), `${metric} as it is`);
      }
    }
    const { list: marks = [] } = dashboard.annotations;
    for (const { expr = '' } of marks) assert.ok(selectorsIn(substitute(expr)).length > 0);
  });
}

test('the limit of the Watchdog is where the room rings by itself', () => {
  const panel = dashboards.flatMap(panelsOf).find(({ title }) => title === 'Last heartbeat');
  const limit = panel?.fieldConfig?.defaults.thresholds?.steps.at(-1)?.value ?? Number.NaN;
  const heard = new Date(0);
  const after = (seconds: number) =>
    missingReport(
      { listeningSince: heard, lastHeardAt: heard, intervalMs: 60_000 },
      new Date(seconds * 1000),
    );
  assert.ok(after(limit));
  assert.equal(after(limit - 1), undefined);
});

const unitOf = ({ fieldConfig }: Panel) => fieldConfig?.defaults.unit;
