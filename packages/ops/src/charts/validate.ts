import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import type { KubernetesObject } from './objects.ts';
import type { SchemaDocument } from './schemas/documents.ts';

const folder = path.resolve(import.meta.dirname, '../../../../deploy/schemas');
const projects = ['kubernetes', 'prometheus-operator', 'strimzi', 'cloudnative-pg', 'gateway-api'];

/** Judges objects by the schemas in deploy/schemas, strictly: a field that no schema knows is refused. */
export function createValidator(): (object: KubernetesObject) => string[] {
  // Kubernetes' own keywords and formats are gone from the files or mean nothing to a JSON Schema.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false });
  const places = new Map<string, string>();
  for (const project of projects) {
    const document: SchemaDocument = JSON.parse(readFileSync(path.join(folder, `${project}.json`), 'utf8'));
    ajv.addSchema({ $id: document.$id, definitions: document.definitions });
    for (const [kind, place] of Object.entries(document.kinds)) places.set(kind, document.$id + place);
  }

  return (object) => {
    const place = places.get(`${object.apiVersion}/${object.kind}`);
    const what = `${object.kind} ${object.metadata.name}`;
    if (!place) return [`${what}: deploy/schemas has no ${object.apiVersion}/${object.kind}`];
    const validate = ajv.getSchema(place);
    if (!validate) throw new Error(`deploy/schemas: nothing at ${place}`);
    if (validate(object)) return [];
    return (validate.errors ?? []).map((error) => `${what}: ${words(error)}`);
  };
}

function words({ instancePath, message, params }: ErrorObject): string {
  const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
  return `${instancePath || '/'} ${message}${extra}`;
}
