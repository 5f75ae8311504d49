import { fits, type InhibitRule, readMatcher } from '@tocsin/ops';
import { parse } from 'yaml';
import { numberOf } from '../catalogue/promql.ts';
import { readAlertsFile } from '../catalogue/rules.ts';
import type { Labels } from '../testing/alertmanager.ts';

interface Route {
  readonly receiver: string;
  readonly matchers?: readonly string[];
  readonly group_wait?: string;
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
}

const { route, inhibit_rules } = parse(readAlertsFile('alertmanager.yaml')) as {
  route: Route;
  inhibit_rules: readonly InhibitRule[];
};

/** A cause, one of the symptoms that it hides, and what both must have in common. */
export interface Pair {
  readonly cause: string;
  readonly symptom: string;
  readonly equal: readonly string[];
  /** Labels that the symptom must have beside its name. */
  readonly symptomLabels: Labels;
}

/** Every cause with every symptom of it, as `inhibit_rules` says. */
export const pairs: readonly Pair[] = inhibit_rules.flatMap(({ source_matchers, target_matchers, equal }) =>
  namesIn(source_matchers).flatMap((cause) =>
    namesIn(target_matchers).map((symptom) => ({
      cause,
      symptom,
      equal,
      symptomLabels: Object.fromEntries(
        target_matchers.flatMap((text) => {
          const { name, operator, value } = readMatcher(text);
          return operator === '=' && name !== 'alertname' ? [[name, value]] : [];
        }),
      ),
    })),
  ),
);

/** Seconds from the moment when an alert begins to fire until somebody is told: the longest of its ways. */
export function groupWaitSeconds(labels: Labels): { least: number; most: number } {
  const waits = leaves(route, labels, route.group_wait ?? '30s').map(numberOf);
  return { least: Math.min(...waits), most: Math.max(...waits) };
}

/** The group wait of each route that takes an alert with these labels. */
function leaves(at: Route, labels: Labels, inherited: string): string[] {
  const wait = at.group_wait ?? inherited;
  const found: string[] = [];
  for (const child of at.routes ?? []) {
    if (!(child.matchers ?? []).every((matcher) => fits(matcher, labels))) continue;
    found.push(...leaves(child, labels, wait));
    if (!child.continue) break;
  }
  return found.length > 0 ? found : [wait];
}

/** The alert names of `alertname="A"` or `alertname=~"A|B"`. */
function namesIn(matchers: readonly string[]): string[] {
  return matchers
    .map(readMatcher)
    .filter(({ name }) => name === 'alertname')
    .flatMap(({ value }) => value.split('|'));
}
