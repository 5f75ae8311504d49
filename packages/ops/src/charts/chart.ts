import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { chartsFolder } from './render.ts';

/** The files of a chart. */
export interface Chart {
  name: string;
  folder: string;
  /** Every set of values it comes with beside the defaults: for kind, for production, for each feature. */
  valuesFiles: string[];
}

export async function listCharts(): Promise<Chart[]> {
  const found = await readdir(chartsFolder, { recursive: true });
  const names = found.flatMap((file) => /^([^/]+)\/Chart\.yaml$/.exec(file)?.[1] ?? []).sort();
  return names.map((name) => ({
    name,
    folder: path.join(chartsFolder, name),
    valuesFiles: found
      .filter((file) => file.startsWith(`${name}/`))
      .map((file) => file.slice(name.length + 1))
      .filter((file) => /^(ci\/.*-values|values-[a-z]+)\.yaml$/.test(file))
      .sort(),
  }));
}

export async function readChartFile({ folder }: Chart, file: string): Promise<string> {
  return await readFile(path.join(folder, file), 'utf8');
}

/** All that Helm evaluates: templates, and the files that a template gives to `tpl`. */
export async function readTemplates(chart: Chart): Promise<string> {
  const folders = ['templates', 'files'].map((folder) => path.join(chart.folder, folder));
  const texts = [];
  for (const folder of folders) {
    for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
      const file = path.join(folder, name);
      if ((await stat(file)).isFile()) texts.push(await readFile(file, 'utf8'));
    }
  }
  return texts.join('\n');
}
