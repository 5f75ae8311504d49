import { readingsIn } from '../catalogue/promql.ts';
import type { Rule } from '../catalogue/rules.ts';

/** A test file of promtool. */
export interface TestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval?: string;
  readonly tests: readonly UnitTest[];
}
interface UnitTest {
  readonly name?: string;
  readonly promql_expr_test?: readonly { readonly expr: string }[];
  readonly alert_rule_test?: readonly { readonly alertname: string }[];
}

/** The names of a rule and of all that read what it makes: nothing else can change by a mistake in it. */
export function affectedBy(rule: Rule, rules: readonly Rule[]): Set<string> {
  const names = new Set([nameOf(rule)]);
  for (let size = 0; size < names.size; ) {
    size = names.size;
    for (const other of rules)
      if (readsOf(other).some((metric) => names.has(metric))) names.add(nameOf(other));
  }
  return names;
}

/**
 * What of a test file can notice such a change, in groups: what names the rule itself comes first, as it most likely
 * does.
 */
export function noticing(file: TestFile, rule: Rule, affected: ReadonlySet<string>): TestFile[] {
  const [likely, rest] = [new Set([nameOf(rule)]), affected].map((names) =>
    file.tests.flatMap((test) => slice(test, names)),
  );
  return [likely, rest]
    .filter((tests) => tests !== undefined && tests.length > 0)
    .map((tests) => ({ ...file, tests: tests ?? [] }));
}

/** The rules that these tests look at, and all that those are made of; in the order of the file. */
export function neededFor(files: readonly TestFile[], rules: readonly Rule[]): Rule[] {
  const text = JSON.stringify(files);
  const asksForAny = /ALERTS(?!\{[^}]*alertname=)/.test(text.replaceAll('\\"', '"'));
  const needed = new Set(rules.filter((rule) => asksForAny || mentions(text, nameOf(rule))));
  for (let size = 0; size < needed.size; ) {
    size = needed.size;
    const read = new Set([...needed].flatMap(readsOf));
    for (const rule of rules) if (read.has(nameOf(rule))) needed.add(rule);
  }
  return rules.filter((rule) => needed.has(rule));
}

/** The assertions of a test that name one of these, or that name no alert at all. */
function slice(test: UnitTest, names: ReadonlySet<string>): UnitTest[] {
  const named = (text: string) => [...names].some((name) => mentions(text, name));
  const exprs = (test.promql_expr_test ?? []).filter(
    ({ expr }) => named(expr) || /ALERTS(?!\{[^}]*alertname=)/.test(expr),
  );
  const alerts = (test.alert_rule_test ?? []).filter(({ alertname }) => names.has(alertname));
  if (exprs.length + alerts.length === 0) return [];
  return [{ ...test, promql_expr_test: exprs, alert_rule_test: alerts }];
}

const mentions = (text: string, name: string) =>
  new RegExp(`(?<![\\w:])${name.replaceAll(/[.:]/g, '\\$&')}(?![\\w:])`).test(text);

const nameOf = ({ alert, record }: Rule): string => alert ?? record ?? '';

const reads = new WeakMap<Rule, string[]>();
function readsOf(rule: Rule): string[] {
  const known = reads.get(rule) ?? readingsIn(rule.expr).map(({ metric }) => metric);
  reads.set(rule, known);
  return known;
}
