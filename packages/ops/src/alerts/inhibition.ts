import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { fits } from './matchers.ts';

type Labels = Readonly<Record<string, string | undefined>>;

/** A cause, the symptoms that it hides, and what both must have in common. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

const source = new URL('../../../../alerts/alertmanager.yaml', import.meta.url);

/** Whether `alertmanager.yaml` has a cause hide a symptom. A label that is not known of the symptom counts as equal. */
export function hides(cause: Labels, symptom: Labels): boolean {
  const { inhibit_rules } = parse(readFileSync(source, 'utf8')) as { inhibit_rules: readonly InhibitRule[] };
  return inhibit_rules.some(
    ({ source_matchers, target_matchers, equal }) =>
      source_matchers.every((matcher) => fits(matcher, cause)) &&
      target_matchers.every((matcher) => fits(matcher, symptom)) &&
      equal.every((name) => symptom[name] === undefined || symptom[name] === cause[name]),
  );
}
