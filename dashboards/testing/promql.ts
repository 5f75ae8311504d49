import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression reads, and the labels by which it chooses among its series. */
interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** @throws Error that shows where, when Prometheus would not understand it. */
export function selectorsIn(expr: string): Selector[] {
  const selectors: { metric: string; labels: string[] }[] = [];
  parser.parse(expr).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) throw new Error(`Not PromQL at ${from}: ${expr.slice(from, from + 40)} in ${expr}`);
      const text = expr.slice(from, to);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') {
        selectors.push({ metric: text, labels: [] });
      }
      if (name === 'LabelName' && node.parent?.name === 'UnquotedLabelMatcher')
        selectors.at(-1)?.labels.push(text);
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
