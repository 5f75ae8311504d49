import type { Value } from './values.ts';

/**
 * Compares what templates read, of `.Values` or of a variable `$values` that a helper was given, with what there is to set.
 * @returns values that no template reads, and what templates read though nobody can know of it.
 */
export function compareValuesUse(values: readonly Value[], templates: string) {
  const read = readOf(templates, /\.Values\.([\w.]+\w)/g);
  // What stands for them in a helper, or for a part of them.
  const aliased = readOf(templates, /\$values\.([\w.]+\w)/g);
  const paths = values.map(({ path, ...value }) => ({ ...value, path: path.join('.') }));
  return {
    unused: paths
      .filter(({ path }) => ![...read, ...aliased].some((used) => reaches(used, path) || reaches(path, used)))
      .map(({ path }) => path),
    unknown: read.filter(
      (used) =>
        !paths.some(
          ({ path, default: value }) =>
            reaches(used, path) || (reaches(path, used) && within(value, path, used)),
        ),
    ),
  };
}

function readOf(templates: string, pattern: RegExp): string[] {
  return [...new Set([...templates.matchAll(pattern)].map(([, path = '']) => path))];
}

/** Whoever reads a map may read all that is in it. */
function reaches(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`);
}

/** Whether a template may read `used` below a value that is a map: what the map has, or anything of an open one. */
function within(value: unknown, path: string, used: string): boolean {
  let at = value;
  for (const key of used.slice(path.length).split('.').filter(Boolean)) {
    if (typeof at !== 'object' || at === null) return false;
    if (Object.keys(at).length === 0) return true;
    at = Object.entries(at).find(([name]) => name === key)?.[1];
    if (at === undefined) return false;
  }
  return true;
}
