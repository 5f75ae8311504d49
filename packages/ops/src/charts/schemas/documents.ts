import { type Schema, strict } from './strict.ts';

/** A file in deploy/schemas: kinds as `group/version/Kind`, each with the place of its schema. */
export interface SchemaDocument {
  $id: string;
  $comment: string;
  kinds: Record<string, string>;
  definitions: Record<string, Schema>;
}

interface Definition extends Schema {
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

const prefix = '#/definitions/';
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** The kinds asked for out of the OpenAPI document of Kubernetes, and what they refer to. */
export function fromSwagger(
  { definitions }: { definitions: Record<string, Definition> },
  kinds: readonly string[],
  $comment: string,
): SchemaDocument {
  const document: SchemaDocument = { $id: 'kubernetes', $comment, kinds: {}, definitions: {} };
  const take = (name: string) => {
    if (document.definitions[name]) return;
    const definition = definitions[name];
    if (!definition) throw new Error(`Kubernetes has no ${name}`);
    document.definitions[name] = {}; // Some refer to themselves.
    document.definitions[name] = strict(definition, (ref) => {
      take(ref.slice(prefix.length));
      return ref;
    });
  };
  for (const [name, definition] of Object.entries(definitions)) {
    const [gvk, ...others] = definition['x-kubernetes-group-version-kind'] ?? [];
    if (!gvk || others.length > 0) continue;
    const kind = [gvk.group, gvk.version, gvk.kind].filter(Boolean).join('/');
    if (!kinds.includes(kind)) continue;
    const { status: _, ...properties } = definition.properties ?? {}; // The cluster's to write, not ours.
    definitions[name] = { ...definition, properties };
    take(name);
    document.kinds[kind] = prefix + name;
  }
  // The API takes plain numbers too.
  document.definitions[quantity] = { type: ['string', 'number'] };
  return document;
}

export interface CustomResourceDefinition {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

export function fromCustomResources(
  name: string,
  resources: readonly CustomResourceDefinition[],
  $comment: string,
): SchemaDocument {
  const document: SchemaDocument = { $id: name, $comment, kinds: {}, definitions: {} };
  for (const { spec } of resources) {
    for (const version of spec.versions) {
      const schema = strict(version.schema.openAPIV3Schema, (ref) => ref);
      const { status: _, ...properties } = schema.properties ?? {};
      const metadata = { $ref: `kubernetes${prefix}${objectMeta}` };
      const key = `${spec.group}/${version.name}/${spec.names.kind}`;
      const definition = key.replaceAll('/', '.');
      document.kinds[key] = prefix + definition;
      document.definitions[definition] = { ...schema, properties: { ...properties, metadata } };
    }
  }
  return document;
}
