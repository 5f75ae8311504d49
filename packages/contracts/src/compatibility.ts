import type { JsonSchema } from './json-schema.ts';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const free = new Set(['description', 'title', 'x-topic']);

/**
 * What of a change from `before` to `after` somebody would not survive: an old reader of new records, or a new reader of
 * the old records that are still in the topic. Only one kind of change is harmless to both: a new optional field.
 * Anything else is a new event type, `.v2`.
 * @returns one line for each break; empty when compatible.
 */
export function breaks(before: JsonSchema, after: JsonSchema, at = ''): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)].filter((key) => !free.has(key)));
  return [...keys].flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    const path = `${at}/${key}`;
    if (key === 'properties' && isSchema(was) && isSchema(is)) return propertyBreaks(was, is, path);
    if (key === 'required') return requiredBreaks(was, is, path);
    if (isSchema(was) && isSchema(is)) return breaks(was, is, path);
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [`${path}: was ${JSON.stringify(was)}, is ${JSON.stringify(is)}`];
  });
}

function propertyBreaks(before: JsonSchema, after: JsonSchema, at: string): string[] {
  return Object.entries(before).flatMap(([name, was]) => {
    const is = after[name];
    if (is === undefined) return [`${at}/${name}: is gone`];
    return isSchema(was) && isSchema(is) ? breaks(was, is, `${at}/${name}`) : [];
  });
}

function requiredBreaks(before: unknown, after: unknown, at: string): string[] {
  const [was, is] = [new Set(listOf(before)), new Set(listOf(after))];
  return [
    ...[...was.difference(is)].map((name) => `${at}: ${name} need not be there any more`),
    ...[...is.difference(was)].map((name) => `${at}: ${name} must be there now`),
  ];
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
