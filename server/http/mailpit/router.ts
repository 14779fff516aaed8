/** Which call a request is. Paths are compared as they are after doubled slashes are taken out. */
import type { Context } from 'hono';
import type { HttpEnv } from '../types.ts';
import { badRequest, notFound, Refusal } from './answers.ts';
import { type JsonObject, parseJsonObject } from './json-object.ts';

export type MailpitMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface MailpitRoute {
  readonly method: MailpitMethod;
  /** `/api/v1/message/{id}/part/{part}`. */
  readonly path: string;
  /** One line for the list of calls. */
  readonly summary: string;
  answer(request: MailpitRequest): Promise<Response> | Response;
}

export interface MailpitRequest {
  readonly c: Context<HttpEnv>;
  param(name: string): string;
  readonly query: URLSearchParams;
  /** Cut off with 400 beyond the limit of most calls, or beyond `bytesMax` with `tooLarge`. */
  body(limit?: { readonly bytesMax: number; tooLarge(): Error }): Promise<string>;
  json(): Promise<JsonObject>;
}

export interface Router {
  /** The call that is meant; throws a `Refusal` when there is none. */
  find(method: string, path: string): Found;
}

export interface Found {
  readonly route: MailpitRoute;
  readonly params: ReadonlyMap<string, string>;
}

const bodyBytesMax = 5 * 1024 * 1024;

export function createRouter(routes: readonly MailpitRoute[]): Router {
  const compiled = routes.map((route) => ({ route, ...compile(route.path) }));

  return {
    find(method, path) {
      const fitting = compiled.flatMap(({ route, pattern, names }) => {
        const match = pattern.exec(path);
        return match === null ? [] : [{ route, params: paramsOf(names, match.slice(1)) }];
      });
      if (fitting.length === 0) {
        throw path.startsWith('/api/') ? new Refusal(404, 'File not found') : notFound();
      }
      const wanted = method === 'HEAD' ? 'GET' : method;
      const found = fitting.find(({ route }) => route.method === wanted);
      if (found !== undefined) return found;
      const allow = fitting.flatMap(({ route }) =>
        route.method === 'GET' ? ['GET', 'HEAD'] : [route.method],
      );
      throw new Refusal(405, 'Method Not Allowed', { Allow: [...new Set(allow)].join(', ') });
    },
  };
}

export function toRequest(
  c: Context<HttpEnv>,
  params: ReadonlyMap<string, string>,
): MailpitRequest {
  const body: MailpitRequest['body'] = (limit) =>
    readBody(c.req.raw, limit ?? { bytesMax: bodyBytesMax, tooLarge });
  return {
    c,
    param: (name) => params.get(name) ?? '',
    query: new URL(c.req.url).searchParams,
    body,
    json: async () => parseJsonObject(await body()),
  };
}

/** `//view/x` and `/view//x` are `/view/x`. */
export function cleanPath(path: string): string {
  return path.replace(/\/{2,}/g, '/');
}

function compile(path: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? '');
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return { names, pattern: new RegExp(`^${literal.replace(/\{\w+\}/g, '([^/]+)')}$`) };
}

function paramsOf(
  names: readonly string[],
  values: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(names.map((name, i) => [name, decoded(values[i] ?? '')]));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) throw notFound();
    throw error;
  }
}

/** Counted while it arrives: Content-Length is only a claim. */
async function readBody(
  request: Request,
  limit: { readonly bytesMax: number; tooLarge(): Error },
): Promise<string> {
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(neverArrived);
    if (done) return Buffer.concat(chunks, size).toString('utf8');
    size += value.byteLength;
    if (size > limit.bytesMax) {
      await reader.cancel();
      throw limit.tooLarge();
    }
    chunks.push(value);
  }
}

function tooLarge(): Refusal {
  return new Refusal(400, 'http: request body too large', { Connection: 'close' });
}

/** The peer's doing, and nobody is left to read this. */
function neverArrived(): never {
  throw badRequest('unexpected EOF');
}
