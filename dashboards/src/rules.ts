import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const folder = new URL('../../alerts/rules/', import.meta.url);

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert?: string; readonly expr: string }[];
  }[];
}

const rules = readdirSync(folder).flatMap((file) =>
  (parse(readFileSync(new URL(file, folder), 'utf8')) as RuleFile).groups.flatMap((group) => group.rules),
);

/**
 * The value above which `alert` rings, read from its rule: a panel's line and its alarm cannot differ.
 * @throws Error when there is no such alert, or its expression does not begin with `… > limit`.
 */
export function limitOf(alert: string): number {
  const expr = rules.find((rule) => rule.alert === alert)?.expr ?? '';
  const [, limit] = /^\s*\S+ > (\d*\.?\d+)$/m.exec(expr) ?? [];
  if (limit === undefined) throw new Error(`No limit in the rule of ${alert}: ${expr}`);
  return Number(limit);
}
