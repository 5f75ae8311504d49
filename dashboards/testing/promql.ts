import { parser } from '@prometheus-io/lezer-promql';

/** What an expression reads: `text` is the metric with the labels that choose among its series. */
interface Selector {
  readonly metric: string;
  readonly text: string;
}

/** @throws Error that shows where, when Prometheus would not understand it. */
export function selectorsIn(expr: string): Selector[] {
  const selectors: Selector[] = [];
  parser.parse(expr).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) throw new Error(`Not PromQL at ${from}: ${expr.slice(from, from + 40)} in ${expr}`);
      if (name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      if (!metric) throw new Error(`No metric is named in ${expr}`);
      selectors.push({ metric: expr.slice(metric.from, metric.to), text: expr.slice(from, to) });
    },
  });
  return selectors;
}

/** What Grafana puts in the place of its variables. */
interface Chosen {
  readonly service: string;
  readonly rangeSeconds: number;
}

/** An expression as Grafana sends it from the laptop, where Prometheus looks every five seconds. */
export function substitute(
  expr: string,
  { service, rangeSeconds }: Chosen = { service: 'orders', rangeSeconds: 3600 },
): string {
  const values = { namespace: 'tocsin', service, __rate_interval: '20s', __range: `${rangeSeconds}s` };
  const replaced = Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`$${name}`, value),
    expr,
  );
  // What is left is $1 of label_replace.
  const unknown = /\$[a-z_{]\w*/.exec(replaced);
  if (unknown) throw new Error(`${unknown[0]} is no variable of a dashboard: ${expr}`);
  return replaced;
}
