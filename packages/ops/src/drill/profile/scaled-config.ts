import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { profileFactor, profileIntervalSeconds } from './profile.ts';
import { scaleRoutes } from './scale-routes.ts';
import { scaleRules } from './scale-rules.ts';

interface PrometheusConfig {
  readonly global: Record<string, unknown>;
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly ({ scrape_interval?: string; scrape_timeout?: string } & object)[];
}

/** Exchanges Prometheus's configuration, as `deploy/local` wrote it, for one that looks and judges every second. */
export async function scalePrometheus(folder: string, root: string): Promise<void> {
  const file = path.join(folder, 'prometheus.yaml');
  const config = parse(await readFile(file, 'utf8')) as PrometheusConfig;
  const interval = `${profileIntervalSeconds}s`;
  const { scrape_timeout: _theirs, ...global } = config.global;
  const scaled = {
    ...config,
    global: { ...global, scrape_interval: interval, evaluation_interval: interval },
    rule_files: [path.join(folder, 'rules', '*.yaml')],
    scrape_configs: config.scrape_configs.map(({ scrape_interval: _a, scrape_timeout: _b, ...job }) => job),
  };
  await writeScaledRules(path.join(root, 'alerts/rules'), path.join(folder, 'rules'));
  await writeFile(file, stringify(scaled));
}

async function writeScaledRules(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const rules = await readFile(path.join(from, name), 'utf8');
    await writeFile(path.join(to, name), scaleRules(rules, profileFactor));
  }
}

/** Exchanges Alertmanager's configuration, as `deploy/local` wrote it, for one that waits less. */
export async function scaleAlertmanager(folder: string): Promise<void> {
  const file = path.join(folder, 'alertmanager.yaml');
  await writeFile(file, scaleRoutes(await readFile(file, 'utf8'), profileFactor));
}
