import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboards, type PanelQuery, panelsOf, queriesOf } from './dashboards.ts';
import { askPrometheus } from './prometheus.ts';
import { selectorsIn, substitute } from './promql.ts';

/** Only there where a TLS listener is probed: a laptop has none until a drill brings one. */
const mayBeMissing = new Set(['instance:certificate_left_days:min']);

/**
 * Looks at every dashboard as a person would, with the real Prometheus behind it.
 * @param services whose `service` dashboard is looked at; each panel has to show something of one of them.
 * @param since when the time shown begins.
 * @returns what is wrong, panel by panel; empty when all is well.
 */
export async function lookAtDashboards(
  url: string,
  { services, since }: { services: readonly string[]; since: Date },
): Promise<string[]> {
  const prometheus = askPrometheus(url);

  const rangeSeconds = Math.ceil((Date.now() - since.getTime()) / 1000);

  const asked = (expr: string) =>
    (expr.includes('$service') ? services : services.slice(0, 1)).map((service) =>
      substitute(expr, { service, rangeSeconds }),
    );
  const show = async ({ expr, instant }: PanelQuery) => {
    const ask = (query: string) => (instant ? prometheus.now(query) : prometheus.overTime(query, since));
    return (await Promise.all(asked(expr).map(ask))).flat();
  };
  const emptiness = async (query: PanelQuery): Promise<string[]> => {
    const series = await show(query);
    if (series.length === 0) return [`nothing is shown by ${query.expr}`];
    return [...(query.legendFormat ?? '').matchAll(/\{\{(\w+)\}\}/g)]
      .map(([, label]) => label ?? '')
      .filter((label) => series.every(({ metric }) => !metric[label]))
      .map((label) => `no series has the label ${label} of the legend`);
  };
  // "or vector(0)" would hide a metric, a label or a value that does not exist.
  const ghosts = async ({ expr }: PanelQuery): Promise<string[]> => {
    const byService = asked(expr).map(selectorsIn);
    const found = byService[0]?.map(async ({ metric, text }, at) => {
      const anywhere = byService.map((selectors) => prometheus.isThere(selectors[at]?.text ?? text));
      const there = (await Promise.all(anywhere)).includes(true) || (await prometheus.isJustDeclared(metric));
      return there ? [] : [`there are no series ${text}`];
    });
    return (await Promise.all(found ?? [])).flat();
  };
  const choices = async ({ templating }: Dashboard): Promise<string[]> => {
    const queries = (templating.list ?? []).filter(({ type }) => type === 'query');
    const problems = queries.map(async ({ name, query }) => {
      const [, match = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(String(query)) ?? [];
      const values = await prometheus.labelValues(label, substitute(match));
      return values.length > 0 ? [] : [`${name}: nothing to choose from by ${query}`];
    });
    return (await Promise.all(problems)).flat();
  };

  const problems: string[] = [];
  for (const dashboard of dashboards) {
    problems.push(...(await choices(dashboard)).map((problem) => `${dashboard.title}, choice of ${problem}`));
    for (const panel of panelsOf(dashboard)) {
      for (const query of queriesOf(panel)) {
        if (selectorsIn(substitute(query.expr)).every(({ metric }) => mayBeMissing.has(metric))) continue;
        const found = [...(await emptiness(query)), ...(await ghosts(query))];
        problems.push(...found.map((problem) => `${dashboard.title}, ${panel.title}: ${problem}`));
      }
    }
  }
  return problems;
}
