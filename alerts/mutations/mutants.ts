import type { Rule } from '../catalogue/rules.ts';
import { expressionMutants, scaled } from './expression-mutants.ts';

/** A rule with one mistake in it. */
export interface Mutant {
  /** The alert or record, and the mistake in words: the same at each run, and of no other mutant. */
  readonly name: string;
  /** Where the rule stands among those of its file. */
  readonly index: number;
  readonly rule: Rule;
}

/** Every rule of a file with every mistake that can be made in it. */
export function mutantsOf(rules: readonly Rule[]): Mutant[] {
  const seen = new Map<string, number>();
  return rules.flatMap((rule, index) =>
    ruleMutants(rule).map(({ change, rule: mutated }) => {
      const name = `${rule.alert ?? rule.record}${rowOf(rule)}: ${change}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return { name: count === 1 ? name : `${name} (${count})`, index, rule: mutated };
    }),
  );
}

/** Records of one name are told apart by their labels. */
const rowOf = ({ record, labels }: Rule) =>
  record && labels ? JSON.stringify(labels).replaceAll('"', '') : '';

function ruleMutants(rule: Rule): { change: string; rule: Rule }[] {
  const { for: pending, keep_firing_for: kept, labels = {} } = rule;
  return [
    ...expressionMutants(rule.expr).map(({ change, expr }) => ({ change, rule: { ...rule, expr } })),
    ...(pending ? ['0s', ...scaled(pending)] : []).map((other) => ({
      change: `for: ${pending} → ${other}`,
      rule: { ...rule, for: other },
    })),
    ...(kept ? ['0s', ...scaled(kept)] : []).map((other) => ({
      change: `keep_firing_for: ${kept} → ${other}`,
      rule: { ...rule, keep_firing_for: other },
    })),
    ...Object.keys(labels).map((label) => ({
      change: `without the label ${label}`,
      rule: {
        ...rule,
        labels: Object.fromEntries(Object.entries(labels).filter(([name]) => name !== label)),
      },
    })),
  ];
}
