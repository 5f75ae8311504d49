/** The parts of JSON Schema that our charts use. */
export interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  definitions?: Record<string, Schema>;
}

/**
 * Compares a chart's schema with its default values.
 * @returns the places where it lets anything pass, or knows a key that there is not.
 */
export function closed(root: Schema, defaults: unknown): string[] {
  const look = (given: Schema, value: unknown, at: string): string[] => {
    const schema = resolve(root, given);
    const { properties, additionalProperties, items } = schema;
    if (properties && additionalProperties !== false) return [`${at} is open`];
    const each = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    return [
      ...Object.entries(properties ?? {}).flatMap(([key, property]) => {
        const here = at === '' ? key : `${at}.${key}`;
        // A shape that several values share, or that none has by default, may have more than the defaults give.
        const complete = isMap(value) && !given.$ref && Object.keys(value).length > 0;
        const dead = complete && !(key in value) ? [`${here} is in no values.yaml`] : [];
        return [...dead, ...look(property, isMap(value) ? value[key] : undefined, here)];
      }),
      ...(each ? look(each, undefined, `${at}.*`) : []),
      ...(items ? look(items, undefined, `${at}[]`) : []),
    ];
  };
  return look(root, defaults, '');
}

function resolve(root: Schema, schema: Schema): Schema {
  if (!schema.$ref) return schema;
  const definition = root.definitions?.[schema.$ref.replace('#/definitions/', '')];
  if (!definition) throw new Error(`No ${schema.$ref} in the schema`);
  return definition;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
