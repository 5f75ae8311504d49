import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const alertsFolder = path.join(import.meta.dirname, '..');

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
export interface Alert extends Rule {
  readonly alert: string;
  /** Its rule file, without the extension: `http`. */
  readonly concern: string;
}

/** Each file of `rules/`, without its extension, and its rules. */
export const ruleFiles: ReadonlyMap<string, readonly Rule[]> = new Map(
  namesIn('rules', '.yaml').map((concern) => {
    const { groups } = parse(readAlertsFile('rules', `${concern}.yaml`)) as { groups: { rules: Rule[] }[] };
    return [concern, groups.flatMap((group) => group.rules)];
  }),
);

export const rules = [...ruleFiles.values()].flat();

/** By name. */
export const alerts: readonly Alert[] = [...ruleFiles]
  .flatMap(([concern, all]) => all.map((rule) => ({ ...rule, concern })))
  .filter((rule): rule is typeof rule & Alert => rule.alert !== undefined)
  .sort((a, b) => a.alert.localeCompare(b.alert));

export const alertNames: readonly string[] = alerts.map(({ alert }) => alert);

/** Of the files of a folder that end in this, without the ending, in order. */
export function namesIn(folder: string, extension: string): string[] {
  return readdirSync(path.join(alertsFolder, folder))
    .filter((file) => file.endsWith(extension))
    .map((file) => path.basename(file, extension))
    .sort();
}

export function readAlertsFile(...names: string[]): string {
  return readFileSync(path.join(alertsFolder, ...names), 'utf8');
}
