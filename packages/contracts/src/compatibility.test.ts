import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { z } from 'zod';
import { breaks } from './compatibility.ts';
import { jsonSchemas } from './json-schema.ts';

const folder = new URL('../schemas/', import.meta.url);

test('schemas/ holds the schema of each event as it is now (npm run schemas -w @tocsin/contracts)', async () => {
  const files = await readdir(folder);
  assert.deepEqual(files.sort(), [...jsonSchemas().keys()].map((type) => `${type}.json`).sort());
  for (const [type, schema] of jsonSchemas()) {
    const written: unknown = JSON.parse(await readFile(new URL(`${type}.json`, folder), 'utf8'));
    assert.deepEqual(written, JSON.parse(JSON.stringify(schema)), type);
  }
});

const json = (schema: z.ZodType) => JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' })));
const line = z.object({ sku: z.string(), quantity: z.int() });
const before = json(
  z.object({
    orderId: z.uuid(),
    reason: z.enum(['a', 'b']),
    lines: z.array(line),
    note: z.string().optional(),
  }),
);
const after = (change: Record<string, z.ZodType>) =>
  breaks(
    before,
    json(
      z.object({
        orderId: z.uuid(),
        reason: z.enum(['a', 'b']),
        lines: z.array(line),
        note: z.string().optional(),
        ...change,
      }),
    ),
  );

test('a new optional field breaks nobody, at any depth', () => {
  assert.deepEqual(after({ more: z.string().optional() }), []);
  assert.deepEqual(after({ lines: z.array(line.extend({ gift: z.boolean().optional() })) }), []);
});

test('a reworded description breaks nobody', () => {
  assert.deepEqual(after({ orderId: z.uuid().describe('the order') }), []);
});

for (const [what, change] of Object.entries({
  'a new field that must be there': { more: z.string() },
  'a field that need not be there any more': { orderId: z.uuid().optional() },
  'another type': { orderId: z.int() },
  'a new enum value': { reason: z.enum(['a', 'b', 'c']) },
  'an enum value that is gone': { reason: z.enum(['a']) },
  'a looser bound': { lines: z.array(z.object({ sku: z.string(), quantity: z.number() })) },
  'a field that is gone from a nested object': { lines: z.array(z.object({ sku: z.string() })) },
})) {
  test(`${what} is refused`, () => {
    assert.notDeepEqual(after(change), []);
  });
}
