import { exported } from './exported.ts';
import { groupingIn, readingsIn } from './promql.ts';
import { rules } from './rules.ts';

/** Labels that the scrape adds to whatever it finds. */
const targetLabels = ['job', 'instance', 'namespace', 'service', 'pod'];

/** What a metric's series are told apart by; undefined: nobody exports it. */
function labelsOf(metric: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> | undefined {
  if (metric === 'ALERTS') return new Set(['alertname', 'alertstate', 'severity', ...targetLabels]);
  const records = rules.filter(({ record }) => record === metric);
  if (records.length > 0) {
    if (seen.has(metric)) return new Set(targetLabels);
    const further = new Set([...seen, metric]);
    return new Set([
      ...targetLabels,
      ...records.flatMap(({ labels = {}, expr }) => [...Object.keys(labels), ...labelsBehind(expr, further)]),
    ]);
  }
  const family = metric.replace(/_(count|bucket|sum)$/, '');
  const labels = exported.get(metric) ?? exported.get(family);
  if (!labels) return undefined;
  return new Set([...targetLabels, ...labels, ...(metric.endsWith('_bucket') ? ['le'] : [])]);
}

/** Labels that the metrics of an expression have between them, or that it makes. */
function labelsBehind(expr: string, seen: ReadonlySet<string> = new Set()): Set<string> {
  const made = [...expr.matchAll(/label_(?:replace|join)\([\s\S]*?,\s*"(\w+)"/g)].map(
    ([, label = '']) => label,
  );
  const read = readingsIn(expr).flatMap(({ metric }) => [...(labelsOf(metric, seen) ?? [])]);
  return new Set([...made, ...read]);
}

/** What is wrong with the metrics and labels of an expression; empty when all are exported. */
export function unknownIn(expr: string): string[] {
  const readings = readingsIn(expr);
  const wrong = readings.flatMap(({ metric, labels }) => {
    const known = labelsOf(metric);
    if (!known) return [`nobody exports ${metric}`];
    return labels.filter((label) => !known.has(label)).map((label) => `${metric} has no label ${label}`);
  });
  const all = labelsBehind(expr);
  const groupings = groupingIn(expr).filter((label) => !all.has(label));
  return [...wrong, ...groupings.map((label) => `nothing in the expression has the label ${label}`)];
}
