/** The OpenAPI 3.1 document, made from the declarations of the routes and the schemas in shapes. */
import { z } from 'zod';
import * as checkShapes from './check-shapes.ts';
import { problemStatus } from './errors.ts';
import * as faultShapes from './fault-shapes.ts';
import * as inboxShapes from './inbox-shapes.ts';
import * as metricsShapes from './metrics-shapes.ts';
import type { Content, ResponseDeclaration, Route, RouteDeclaration } from './route.ts';
import * as sessionShapes from './session-shapes.ts';
import * as shapes from './shapes.ts';

export type JsonObject = { [key: string]: unknown };

export function openApiDocument(
  routes: readonly Route[],
  about: { readonly version: string; readonly secured: boolean },
): JsonObject {
  const schemas = namedSchemas();
  const paths: Record<string, JsonObject> = {};
  for (const { declaration } of routes) {
    const item = paths[declaration.path] ?? {};
    item[declaration.method] = operation(declaration, schemas);
    paths[declaration.path] = item;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'prixfixe-dev',
      version: about.version,
      summary: 'Messages caught by a local SMTP server',
      description:
        'Times are RFC 3339 in UTC, sizes are octets, ids are opaque. Lists are paged by cursor, the newest message first. Errors are problem details (RFC 9457) with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    ...(about.secured ? { security: [{ basic: [] }] } : {}),
    paths,
    components: {
      schemas: componentSchemas(schemas),
      ...(about.secured ? { securitySchemes: { basic: { type: 'http', scheme: 'basic' } } } : {}),
    },
  };
}

function operation(declaration: RouteDeclaration, schemas: Names): JsonObject {
  const responses: JsonObject = {};
  for (const [status, response] of Object.entries(declaration.responses)) {
    responses[status] = responseObject(response, schemas);
  }
  for (const [status, codes] of problemsByStatus(declaration)) {
    responses[status] = responseObject(
      {
        description: `Problem: ${codes.join(', ')}`,
        content: { 'application/problem+json': shapes.problemDetails },
      },
      schemas,
    );
  }
  responses.default ??= responseObject(
    {
      description: 'Any other problem',
      content: { 'application/problem+json': shapes.problemDetails },
    },
    schemas,
  );
  return {
    operationId: declaration.operationId,
    summary: declaration.summary,
    ...(declaration.description === undefined ? {} : { description: declaration.description }),
    parameters: [
      ...parameters(declaration.params, 'path'),
      ...parameters(declaration.query, 'query'),
    ],
    ...(declaration.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaObject(declaration.body, schemas) } },
          },
        }),
    responses,
  };
}

function problemsByStatus(declaration: RouteDeclaration): ReadonlyMap<string, readonly string[]> {
  const codes = [...(declaration.problems ?? [])];
  if (declaration.query !== undefined || declaration.body !== undefined) {
    codes.push('invalid_request');
  }
  if (declaration.body !== undefined) {
    codes.push('invalid_json', 'body_too_large', 'unsupported_media_type');
  }
  const byStatus = new Map<string, string[]>();
  for (const code of codes) {
    const status = String(problemStatus[code]);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

function responseObject(response: ResponseDeclaration, schemas: Names): JsonObject {
  const content: JsonObject = {};
  for (const [mediaType, held] of Object.entries(response.content)) {
    content[mediaType] = contentObject(held, schemas);
  }
  return {
    description: response.description,
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
}

function contentObject(content: Content, schemas: Names): JsonObject {
  if (content === 'text') return { schema: { type: 'string' } };
  // OpenAPI 3.1: binary content is described by its media type alone.
  if (content === 'octets') return {};
  return { schema: schemaObject(content, schemas) };
}

function parameters(fields: z.ZodObject | undefined, where: 'path' | 'query'): JsonObject[] {
  return Object.entries(fields?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = jsonSchema(field);
    return {
      name,
      in: where,
      required: where === 'path',
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}

/** Schema → the name under which the document holds it. */
type Names = ReadonlyMap<unknown, string>;

function namedSchemas(): Names {
  const names = new Map<unknown, string>();
  for (const [name, shape] of Object.entries({
    ...shapes,
    ...inboxShapes,
    ...checkShapes,
    ...sessionShapes,
    ...metricsShapes,
    ...faultShapes,
  })) {
    if (shape instanceof z.ZodType) names.set(shape, name.charAt(0).toUpperCase() + name.slice(1));
  }
  return names;
}

const schemaPath = (name: string): string => `#/components/schemas/${name}`;

function schemaObject(schema: z.ZodType, schemas: Names): JsonObject {
  const name = schemas.get(schema);
  return name === undefined ? jsonSchema(schema) : { $ref: schemaPath(name) };
}

function componentSchemas(names: Names): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) if (schema instanceof z.ZodType) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...conversion, uri: schemaPath });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  );
}

function jsonSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, conversion);
  return rest;
}

const conversion = {
  // What a client may send; for answers the two forms are the same.
  io: 'input',
  override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) {
    // The pattern that checks leap years adds nothing to the format.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  },
} as const;
