/** A JSON Schema, or a part of one. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  [keyword: string]: unknown;
}

/** What says nothing about validity to a program that cannot evaluate it. */
const dropped = /^(description|title|default|example|nullable|x-kubernetes-.*)$/;

/** Alternatives say what must be there besides; the schema that holds them says what may. */
const alternatives = ['allOf', 'anyOf', 'oneOf', 'not'];

/**
 * A schema as Kubernetes publishes it, made strict: a field that it does not know is refused.
 * @param refersTo where a reference leads in the new document.
 */
export function strict(schema: Schema, refersTo: (ref: string) => string): Schema {
  const result = translated(schema, refersTo);
  const open = schema.additionalProperties !== undefined || schema['x-kubernetes-preserve-unknown-fields'];
  return result.properties && !open ? { ...result, additionalProperties: false } : result;
}

function translated(schema: Schema, refersTo: (ref: string) => string): Schema {
  if (schema.$ref) return { $ref: refersTo(schema.$ref) };
  const each = (value: unknown, into: typeof strict): unknown => {
    if (Array.isArray(value)) return value.map((item) => each(item, into));
    return isSchema(value) ? into(value, refersTo) : value;
  };
  const result: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (dropped.test(keyword) || (keyword === 'pattern' && !isPattern(value))) continue;
    if (keyword === 'properties') {
      const properties = Object.entries(schema.properties ?? {});
      result.properties = Object.fromEntries(
        properties.map(([name, property]) => [name, strict(property, refersTo)]),
      );
    } else result[keyword] = each(value, alternatives.includes(keyword) ? translated : strict);
  }
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') {
    result.type = ['integer', 'string'];
  }
  if (schema.nullable && typeof result.type === 'string') result.type = [result.type, 'null'];
  return result;
}

/** Go knows some that JavaScript does not. */
function isPattern(value: unknown): boolean {
  try {
    return new RegExp(String(value)) instanceof RegExp;
  } catch {
    return false;
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}
