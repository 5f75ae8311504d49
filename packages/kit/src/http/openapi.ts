import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { problemContentType, problemSchema } from './problem.ts';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 document of these routes, made from the schemas that also parse their requests. */
export function openApiDocument(
  info: { title: string; description: string; version: string },
  routes: readonly Route[],
) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return createDocument({ openapi: '3.1.1', info, paths: paths as ZodOpenApiPathsObject });
}

function operation({ summary, schemas, responses }: Route): ZodOpenApiOperationObject {
  const answers = Object.entries(responses).map(([status, schema]) => [
    status,
    { description: summary, ...(schema && { content: { 'application/json': { schema } } }) },
  ]);
  const { params: path, query, headers: header, body } = schemas;
  return {
    summary,
    requestParams: {
      ...(path && { path }),
      ...(query && { query }),
      ...(header && { header }),
    } as NonNullable<ZodOpenApiOperationObject['requestParams']>,
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'Problem', content: { [problemContentType]: { schema: problemSchema } } },
    },
  };
}
