import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { link, linksTo } from './links.ts';
import { dataSource, type Panel } from './panels.ts';

/** Whoever has this tag is in the row of links above each of our dashboards. */
const tag = 'tocsin';

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const choice = (name: string, label: string, query: string) =>
  new QueryVariableBuilder(name)
    .label(label)
    .query(query)
    .datasource(dataSource)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .allowCustomValue(false);

/** The service of a dashboard that shows one. */
export const serviceChoice = choice(
  'service',
  'Service',
  'label_values(kit_health_check_status{namespace="$namespace"}, service)',
);

/**
 * What all our dashboards have in common. The classic schema, not `dashboardv2`: it is what Grafana's file
 * provisioning and the sidecar of kube-prometheus-stack read in every version that is in use.
 */
export function dashboard(options: {
  uid: string;
  title: string;
  description: string;
  /** The file in this folder that says it, for who would edit the JSON. */
  source: string;
  choices?: readonly QueryVariableBuilder[];
  rows: readonly Row[];
}): Dashboard {
  const { uid, title, description, source, choices = [], rows } = options;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(
      `${description} Generated from dashboards/src/${source} by \`npm run dashboards\`: edit that.`,
    )
    .tags([tag, 'generated'])
    .timezone('utc')
    .readonly()
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .links([linksTo(tag), link('Ops room', `\${ops_room:raw}/`)])
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .withVariable(choice('namespace', 'Namespace', 'label_values(kit_health_check_status, namespace)'))
    .withVariable(
      choice(
        'ops_room',
        'Ops room',
        'label_values(chatops_room_info{namespace="$namespace"}, public_url)',
      ).hide(VariableHide.HideVariable),
    )
    .annotation(firingAlerts());
  for (const variable of choices) builder.withVariable(variable);
  let id = 0;
  for (const row of rows) {
    id += 1;
    builder.withRow(new RowBuilder(row.title).id(id));
    for (const panel of row.panels) {
      id += 1;
      builder.withPanel(panel.id(id));
    }
  }
  return builder.build();
}

/** A mark on every graph where an alert fires. */
function firingAlerts(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Firing alerts')
    .datasource(dataSource)
    .enable(true)
    .iconColor('red')
    .titleFormat('{{alertname}} {{service}}')
    .expr('ALERTS{alertstate="firing", severity!="none", namespace=~"$namespace|"}');
}
