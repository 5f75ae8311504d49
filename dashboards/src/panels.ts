import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId, MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Limits, noLimits, thresholds } from './limits.ts';
import { link } from './links.ts';

/** What a value is measured in: seconds, requests a second, records a second, a share of 1, bytes, or a plain number. */
type Unit = 's' | 'reqps' | 'mps' | 'percentunit' | 'bytes' | 'short';

interface Query {
  readonly expr: string;
  /** The name of a line, with `{{label}}` where it is told from its neighbours. */
  readonly legend: string;
}

interface Common {
  readonly title: string;
  /** What good looks like, and what to do when it is not. */
  readonly description: string;
  /** Of the 24 columns of a screen. */
  readonly width: number;
  readonly limits?: Limits;
}

export type Panel = StatBuilder | GraphBuilder | TimelineBuilder;

/** Whichever Prometheus the reader has chosen. */
export const dataSource = { type: 'prometheus', uid: `\${datasource}` };

const bigNumberHeight = 4;
const graphHeight = 8;

/** One big number, as it is now. */
export function bigNumber(options: Common & { unit: Unit; expr: string; decimals?: number }): StatBuilder {
  const { unit, expr, limits = noLimits, decimals } = options;
  const panel = new StatBuilder()
    .unit(unit)
    .height(bigNumberHeight)
    .thresholds(thresholds(limits))
    .colorMode(limits === noLimits ? BigValueColorMode.Value : BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(new DataqueryBuilder().refId('A').expr(expr).instant());
  if (decimals !== undefined) panel.decimals(decimals);
  return framed(panel, options);
}

/** Lines over time. A name has the same colour on every panel; `colours` are for names that mean good or bad. */
export function graph(
  options: Common & { unit: Unit; queries: readonly Query[]; colours?: Readonly<Record<string, string>> },
): GraphBuilder {
  const { unit, queries, limits, colours = {} } = options;
  const panel = new GraphBuilder()
    .unit(unit)
    .min(0)
    .height(graphHeight)
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .legend(legend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (unit === 'percentunit') panel.axisSoftMax(0.1);
  if (limits) {
    const dashed = new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
    panel.thresholds(thresholds(limits)).thresholdsStyle(dashed);
  }
  for (const [name, fixedColor] of Object.entries(colours)) {
    panel.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  }
  return withQueries(framed(panel, options), queries);
}

/** A bar for each thing, whose colour is its state over time; `states` are from 0 upward. */
export function timeline(
  options: Common & {
    query: Query;
    states: readonly { readonly text: string; readonly color: string }[];
    noValue: string;
  },
): TimelineBuilder {
  const panel = new TimelineBuilder()
    .height(graphHeight)
    .unit('short')
    .showValue(VisibilityMode.Never)
    .noValue(options.noValue)
    .legend(legend(false))
    .mappings([
      {
        type: MappingType.ValueToText,
        options: Object.fromEntries(options.states.map((state, at) => [at, state])),
      },
    ]);
  return withQueries(framed(panel, options), [options.query]);
}

function legend(show: boolean): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(show)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom);
}

function withQueries<P extends GraphBuilder | TimelineBuilder>(panel: P, queries: readonly Query[]): P {
  for (const [at, { expr, legend }] of queries.entries()) {
    const refId = String.fromCharCode('A'.charCodeAt(0) + at);
    panel.withTarget(new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).range());
  }
  return panel;
}

/** The ops room serves the runbooks; where it is, the variable `ops_room` knows from the room itself. */
function framed<P extends Panel>(panel: P, { title, description, width, limits }: Common): P {
  panel.title(title).description(description).span(width).datasource(dataSource);
  if (limits?.alert) {
    panel.links([link(`Runbook: ${limits.alert}`, `\${ops_room:raw}/runbooks/${limits.alert}`)]);
  }
  return panel;
}
