import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { addRuntimeMetrics, createMetrics } from '../../packages/kit/src/metrics.ts';
import { alertsFolder, rules } from './rules.ts';

const ours: ReadonlyMap<string, readonly string[]> = new Map([...runtimeMetrics(), ...codeMetrics()]);

/** The labels of each metric: of our own code, read from it, and of others, from the inventory. */
export const exported: ReadonlyMap<string, readonly string[]> = new Map([...inventory(), ...ours]);

/** Whether a metric is made by our own code, by a record or by Prometheus' alerts. */
export function isOurs(metric: string): boolean {
  const family = metric.replace(/_(count|bucket|sum)$/, '');
  return (
    metric === 'ALERTS' ||
    ours.has(metric) ||
    ours.has(family) ||
    rules.some(({ record }) => record === metric)
  );
}

/** What prom-client and the kit say of every process. */
function runtimeMetrics(): [string, string[]][] {
  const runtime = createMetrics();
  addRuntimeMetrics(runtime, { service: 'any', release: 'any' });
  return runtime.registry
    .getMetricsAsArray()
    .map((metric) => [metric.name, 'labelNames' in metric ? [...(metric.labelNames as string[])] : []]);
}

/** `metrics.counter('name', 'Help.', ['label'])`, as it stands in the code. */
function codeMetrics(): [string, string[]][] {
  const root = path.join(alertsFolder, '..');
  const files = globSync('{packages,services}/*/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] });
  return files.flatMap((file) => {
    const code = readFileSync(path.join(root, file), 'utf8');
    const calls = code.matchAll(
      /\.(?:counter|gauge|histogram|summary)(?:<[^>]*>)?\(\s*'(\w+)',\s*(?:'[^']*'|"[^"]*"|`[^`]*`)(?:\s*\+\s*'[^']*')*,?\s*(?:\[([^\]]*)\]|(\w+))?/g,
    );
    return [...calls].map(([, name = '', literal, variable]): [string, string[]] => [
      name,
      stringsIn(literal ?? arrayNamed(variable, code)),
    ]);
  });
}

function stringsIn(text: string): string[] {
  return [...text.matchAll(/'(\w+)'/g)].map(([, label = '']) => label);
}

function arrayNamed(name: string | undefined, code: string): string {
  if (name === undefined) return '';
  return new RegExp(`const ${name}\\b[^=]*= \\[([^\\]]*)\\]`).exec(code)?.[1] ?? '';
}

/** Metrics of outside programs that rules or panels read: by job, with their labels as a running stack showed them. */
export type Outside = Record<string, Record<string, string[]>>;

function inventory(): [string, string[]][] {
  const file = path.join(alertsFolder, 'catalogue', 'outside-metrics.json');
  const byJob = JSON.parse(readFileSync(file, 'utf8')) as Outside;
  const labels = new Map<string, string[]>();
  for (const [metric, found] of Object.values(byJob).flatMap((metrics) => Object.entries(metrics))) {
    labels.set(metric, [...(labels.get(metric) ?? []), ...found]);
  }
  return [...labels];
}
