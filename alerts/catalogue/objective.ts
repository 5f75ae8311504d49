import { selectorsIn } from '../../dashboards/testing/promql.ts';
import { rules } from './rules.ts';

/** The rows of an objective: who, and which share. A row without a service is for all others. */
interface Row {
  readonly service: string | undefined;
  readonly share: number;
}

/** The objective that an expression judges by, read from the records that it is made of; undefined: none. */
export function objectiveOf(expr: string): string | undefined {
  const names = [...recordsBehind(expr)].filter((name) => name.endsWith(':objective'));
  const rows = names.flatMap(rowsOf);
  if (rows.length === 0) return undefined;
  const shares = [...Map.groupBy(rows, ({ share }) => share)].toSorted(([a], [b]) => a - b);
  const inWords = shares.map(([share, of]) => {
    const services = of.map(({ service }) => service).filter((name) => name !== undefined);
    const who = services.length === of.length ? ` (${services.join(', ')})` : '';
    return `${Number((share * 100).toFixed(4))} %${who}`;
  });
  return inWords.join(', ');
}

function rowsOf(name: string): Row[] {
  return rules
    .filter(({ record }) => record === name)
    .flatMap(({ expr, labels }) => {
      const [, share] = /^vector\((0?\.\d+)\)$/.exec(expr.trim()) ?? [];
      return share === undefined ? [] : [{ service: labels?.service, share: Number(share) }];
    });
}

/** The records that an expression reads, and those that they read. */
function recordsBehind(expr: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const { metric } of selectorsIn(expr)) {
    const made = rules.filter(({ record }) => record === metric);
    if (made.length === 0 || seen.has(metric)) continue;
    seen.add(metric);
    for (const rule of made) recordsBehind(rule.expr, seen);
  }
  return seen;
}
