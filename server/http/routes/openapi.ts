import type { JsonObject } from '../openapi-document.ts';
import { type Route, route } from '../route.ts';

/** `document` is asked for late, because this route is described in it too. */
export function openApiRoutes(document: () => JsonObject | Promise<JsonObject>): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/openapi.json',
        operationId: 'getOpenApiDocument',
        summary: 'This document',
        responses: {
          200: { description: 'OpenAPI 3.1', content: { 'application/json': 'text' } },
        },
      },
      async () =>
        new Response(JSON.stringify(await document()), {
          headers: { 'Content-Type': 'application/json' },
        }),
    ),
  ];
}
