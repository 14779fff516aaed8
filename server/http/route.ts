/**
 * A route is declared once: path, what it accepts, what it answers. The validation of requests
 * and the OpenAPI document both come from the declaration, so they cannot drift apart.
 */
import type { Context } from 'hono';
import { z } from 'zod';
import { HttpProblem, type ProblemCode } from './errors.ts';
import { readJsonBody } from './read-json-body.ts';
import type { HttpEnv } from './types.ts';

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** A schema for JSON; text for what has a media type of its own. */
export type Content = z.ZodType | 'text' | 'octets';

export interface ResponseDeclaration {
  readonly description: string;
  /** Media type → what it holds. */
  readonly content: Readonly<Record<string, Content>>;
}

export interface RouteDeclaration {
  readonly method: Method;
  /** As OpenAPI writes it: `/api/messages/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly responses: Readonly<Record<number, ResponseDeclaration>>;
  /** Beside those that any call can meet. */
  readonly problems?: readonly ProblemCode[];
}

export interface Route {
  readonly declaration: RouteDeclaration;
  answer(c: Context<HttpEnv>, bodyBytesMax: number): Promise<Response>;
}

interface Input<P, Q, B> {
  readonly c: Context<HttpEnv>;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

type NoFields = z.ZodObject<Record<never, z.ZodType>>;

export function route<
  P extends z.ZodObject = NoFields,
  Q extends z.ZodObject = NoFields,
  B extends z.ZodType = z.ZodUndefined,
>(
  declaration: RouteDeclaration & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
  },
  handle: (input: Input<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Response> | Response,
): Route {
  const { params, query, body } = declaration;
  return {
    declaration,
    async answer(c, bodyBytesMax) {
      const bad: BadField[] = [];
      const input = {
        c,
        params: check(params ?? noFields, c.req.param(), 'path', bad),
        query: check(query ?? noFields, queryFields(c.req.url, bad), 'query', bad),
        body:
          body === undefined
            ? undefined
            : check(body, await readJsonBody(c.req.raw, bodyBytesMax), 'body', bad),
      };
      if (bad.length > 0) throw invalidRequest(bad);
      // `check` has parsed each by its schema, or the line above has thrown.
      return handle(input as Input<z.output<P>, z.output<Q>, z.output<B>>);
    },
  };
}

export const noFields: NoFields = z.strictObject({});

export function json(description: string, schema: z.ZodType): ResponseDeclaration {
  return { description, content: { 'application/json': schema } };
}

interface BadField {
  readonly in: 'path' | 'query' | 'body';
  readonly name: string;
  readonly detail: string;
}

function queryFields(url: string, bad: BadField[]): Record<string, string> {
  // Without a prototype: `__proto__` is a name like any other.
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of new URL(url).searchParams) {
    if (Object.hasOwn(fields, name)) {
      bad.push({ in: 'query', name, detail: 'is given more than once' });
    }
    fields[name] = value;
  }
  return fields;
}

function check(schema: z.ZodType, value: unknown, where: BadField['in'], bad: BadField[]): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) bad.push(...badFields(issue, schema, where));
  return undefined;
}

function badFields(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  where: BadField['in'],
): readonly BadField[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(schema, issue.path);
    const hint = known.length === 0 ? 'none is known here' : `known are ${known.join(', ')}`;
    const detail = known === unknowable ? 'is not known' : `is not known; ${hint}`;
    return issue.keys.map((key) => ({
      in: where,
      name: fieldName({ path: [...issue.path, key] }),
      detail,
    }));
  }
  if (issue.code === 'invalid_union') {
    if ('options' in issue && issue.options !== undefined) {
      const detail = `must be one of ${issue.options.map(String).join(', ')}`;
      return [{ in: where, name: fieldName(issue), detail }];
    }
    const forms = issue.errors.map((errors) =>
      errors.map((error) => `${fieldName(error)} ${error.message}`.trim()).join(', '),
    );
    return [
      { in: where, name: fieldName(issue), detail: `fits no known form: ${forms.join('; or ')}` },
    ];
  }
  return [{ in: where, name: fieldName(issue), detail: issue.message }];
}

const unknowable: readonly string[] = [];

/** The fields of the object at `path`; of one that depends on another field they cannot be told. */
function knownFields(schema: z.ZodType, path: z.core.$ZodIssue['path']): readonly string[] {
  let inner: unknown = schema;
  for (const key of path) {
    if (inner instanceof z.ZodObject) inner = inner.shape[String(key)];
    if (inner instanceof z.ZodOptional) inner = inner.unwrap();
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : unknowable;
}

function fieldName(issue: Pick<z.core.$ZodIssue, 'path'>): string {
  return issue.path.map(String).join('.');
}

function invalidRequest(bad: readonly BadField[]): HttpProblem {
  // A body of a megabyte can have many bad fields; the first ones are enough to mend it.
  const fields = bad.slice(0, 20).map((field) => ({
    in: field.in,
    name: field.name.slice(0, 100),
    detail: field.detail.slice(0, 500),
  }));
  const said = fields.map((field) =>
    field.name === ''
      ? `the ${field.in} ${field.detail}`
      : `${field.in} "${field.name}": ${field.detail}`,
  );
  return new HttpProblem('invalid_request', `The request was not understood: ${said.join('. ')}.`, {
    fields,
  });
}
