import { readdir } from 'node:fs/promises';
import type { Drill, DrillFor } from './drill.ts';

const folder = new URL('../../../../alerts/drills/', import.meta.url);

/** Names of the alerts that have a drill. */
async function drillNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/**
 * The drill of an alert.
 * @param service the one that is to suffer; without it, the drill's own choice.
 * @throws when there is no such drill.
 */
export async function loadDrill(alert: string, service: string | undefined): Promise<Drill> {
  const names = await drillNames();
  if (!names.includes(alert)) throw new Error(`There is no drill of ${alert}; there are ${names.join(', ')}`);
  const { drill } = (await import(new URL(`${alert}.ts`, folder).href)) as { drill: DrillFor };
  return drill(service);
}
