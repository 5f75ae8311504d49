import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const folder = new URL('../../alerts/rules/', import.meta.url);

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const rules: readonly Rule[] = readdirSync(folder).flatMap((file) => {
  const { groups } = parse(readFileSync(new URL(file, folder), 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
});

const alerts = rules.filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);

/**
 * The value above which `alert` rings, read from its rule: a panel's line and its alarm cannot differ.
 * @throws Error when there is no such alert, or its expression does not begin with `… > limit`.
 */
export function limitOf(alert: string): number {
  const expr = alerts.find((rule) => rule.alert === alert)?.expr ?? '';
  const [, limit] = /^\s*\S+ > (\d*\.?\d+)$/m.exec(expr) ?? [];
  if (limit === undefined) throw new Error(`No limit in the rule of ${alert}: ${expr}`);
  return Number(limit);
}
