import path from 'node:path';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { findProgram } from '../programs/find-program.ts';
import type { KubernetesObject } from './objects.ts';

export interface RenderOptions {
  /** Files of values; a relative path begins at the chart's folder. */
  values?: readonly string[];
  /** Single values, as in `helm --set`. */
  set?: Readonly<Record<string, string>>;
}

/** A Helm that was built from source believes in a Kubernetes of its own. */
export const kubeVersion = ['--kube-version', '1.34.0'];

const root = path.resolve(import.meta.dirname, '../../../..');
export const chartsFolder = path.join(root, 'deploy/helm');

/**
 * What a release of the chart would install, its hooks and tests among it.
 * @throws ExecaError with Helm's own words when it refuses.
 */
export async function renderChart(chart: string, options: RenderOptions = {}): Promise<KubernetesObject[]> {
  const { values = [], set = {} } = options;
  const folder = path.join(chartsFolder, chart);
  const args = [
    ...['template', chart, folder, '--namespace', 'tocsin', ...kubeVersion],
    ...values.flatMap((file) => ['--values', path.resolve(folder, file)]),
    ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
  ];
  const { stdout } = await execa(await findProgram('helm'), args);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS({ maxAliasCount: -1 }))
    .filter((object): object is KubernetesObject => object !== null);
}
