import { parse, stringify } from 'yaml';
import { shorten } from './durations.ts';
import { leastWindowSeconds, scaleExpression } from './scale-expression.ts';

interface Rule {
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
}

interface RuleFile {
  readonly groups: readonly { readonly interval?: string; readonly rules: readonly Rule[] }[];
}

/**
 * A rule file with every time in it divided, names and limits untouched: `for`, `keep_firing_for`, the intervals
 * of groups, and in expressions what `scaleExpression` says. One second at the least; a cause that goes on firing
 * does so for as long as the windows of the symptoms that it hides.
 */
export function scaleRules(yaml: string, factor: number): string {
  const file = parse(yaml) as RuleFile;
  const groups = file.groups.map((group) => ({
    ...group,
    ...(group.interval && { interval: shorten(group.interval, factor, 1) }),
    rules: group.rules.map((rule) => ({
      ...rule,
      expr: scaleExpression(rule.expr, factor),
      ...(rule.for && { for: shorten(rule.for, factor, 1) }),
      ...(rule.keep_firing_for && {
        keep_firing_for: shorten(rule.keep_firing_for, factor, leastWindowSeconds),
      }),
    })),
  }));
  return stringify({ ...file, groups });
}
