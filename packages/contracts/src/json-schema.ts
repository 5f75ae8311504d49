import { z } from 'zod';
import { events } from './catalogue.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/** The JSON Schema (draft 2020-12) of each event's data, by event type: what other languages build on. */
export function jsonSchemas(): ReadonlyMap<string, JsonSchema> {
  return new Map(
    events.map(({ type, topic, schema }) => [
      type,
      // Readers are tolerant, so unknown fields are not forbidden: io "input".
      { title: type, 'x-topic': topic.name, ...z.toJSONSchema(schema, { io: 'input' }) },
    ]),
  );
}
