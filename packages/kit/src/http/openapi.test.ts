import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { openApiDocument } from './openapi.ts';
import { route } from './route.ts';

const thing = z.object({ thingId: z.uuid(), name: z.string(), at: z.iso.datetime() }).meta({ id: 'Thing' });
const byId = z.object({ thingId: z.uuid() });
const handle = async () => ({ status: 204 });

const document = openApiDocument({ title: 'things', description: 'Keeps things', version: '1.2.3' }, [
  route({
    method: 'post',
    path: '/things',
    summary: 'Make a thing',
    headers: z.object({ 'idempotency-key': z.string().max(200) }),
    body: z.strictObject({ name: z.string().min(1), tags: z.array(z.string()).default([]) }),
    responses: { 201: thing, 422: undefined },
    handle,
  }),
  route({
    method: 'get',
    path: '/things',
    summary: 'Some things',
    query: z.object({ limit: z.coerce.number().int().max(100).default(20) }),
    responses: { 200: z.object({ things: z.array(thing) }) },
    handle,
  }),
  route({
    method: 'get',
    path: '/things/:thingId',
    summary: 'A thing',
    params: byId,
    responses: { 200: thing, 404: undefined },
    handle,
  }),
  route({
    method: 'delete',
    path: '/things/:thingId',
    summary: 'Remove a thing',
    params: byId,
    responses: { 204: undefined },
    handle,
  }),
]);

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as unknown as Record<string, unknown>,
  );
  assert.deepEqual(errors, undefined);
  assert.equal(valid, true);
  assert.match(document.openapi, /^3\.1\./);
});

test('the document has every route, with what it takes and answers', () => {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  assert.deepEqual(operations, [
    'post /things',
    'get /things',
    'get /things/{thingId}',
    'delete /things/{thingId}',
  ]);
  assert.partialDeepStrictEqual(document.paths, {
    '/things': {
      post: {
        parameters: [{ in: 'header', name: 'idempotency-key', required: true }],
        requestBody: { required: true, content: { 'application/json': {} } },
        responses: { 201: {}, 422: {}, default: { content: { 'application/problem+json': {} } } },
      },
      get: { parameters: [{ in: 'query', name: 'limit' }] },
    },
    '/things/{thingId}': { get: { parameters: [{ in: 'path', name: 'thingId', required: true }] } },
  });
});
