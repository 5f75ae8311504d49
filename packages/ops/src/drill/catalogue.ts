import { readdir } from 'node:fs/promises';
import type { Drill, DrillFor, DrillGroup } from './drill.ts';
import type { NegativeDrill } from './negative/negative-drill.ts';

const folder = new URL('../../../../alerts/drills/', import.meta.url);
const variantsFolder = new URL('variants/', folder);
const negativeFolder = new URL('negative/', folder);

/** Names of the alerts that have a drill, and of its variants. */
const drillNames = async (): Promise<string[]> => [
  ...(await namesIn(folder)),
  ...(await namesIn(variantsFolder)),
];

/** Names of the drills in which nothing may ring. */
export const negativeNames = (): Promise<string[]> => namesIn(negativeFolder);

/**
 * The drill of an alert.
 * @param service the one that is to suffer; without it, the drill's own choice.
 * @throws when there is no such drill.
 */
export async function loadDrill(alert: string, service?: string): Promise<Drill> {
  const names = await drillNames();
  if (!names.includes(alert)) throw new Error(`There is no drill of ${alert}; there are ${names.join(', ')}`);
  const where = (await namesIn(folder)).includes(alert) ? folder : variantsFolder;
  const { drill } = (await import(new URL(`${alert}.ts`, where).href)) as { drill: DrillFor };
  return drill(service);
}

/** @throws when there is no such drill. */
export async function loadNegative(name: string): Promise<NegativeDrill> {
  const names = await negativeNames();
  if (!names.includes(name)) {
    throw new Error(`There is no negative drill ${name}; there are ${names.join(', ')}`);
  }
  const { drill } = (await import(new URL(`${name}.ts`, negativeFolder).href)) as { drill: NegativeDrill };
  return drill;
}

/**
 * The drills of a group, or all.
 * @throws when there is no such group.
 */
export async function drillsOf(group: string | undefined): Promise<Drill[]> {
  const drills = await Promise.all((await drillNames()).map((name) => loadDrill(name)));
  const groups: DrillGroup[] = ['http', 'slo', 'flow', 'messaging', 'runtime', 'backing', 'meta'];
  if (group === undefined)
    return drills.toSorted((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
  if (!groups.some((known) => known === group)) {
    throw new Error(`There is no group ${group}; there are ${groups.join(', ')}, negative`);
  }
  return drills.filter((drill) => drill.group === group);
}

async function namesIn(where: URL): Promise<string[]> {
  const files = await readdir(where);
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}
