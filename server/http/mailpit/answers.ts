/** Answers as Mailpit's clients know them: bare text, and JSON on one line. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Thrown by anything below; becomes an answer in one place. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
  }
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, message);
}

export const notFound = () => new Refusal(404, '404 page not found');
export const messageNotFound = () => new Refusal(404, 'Message not found');

export function textAnswer(
  body: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { 'Content-Type': 'text/plain', ...headers } });
}

export const okAnswer = () => textAnswer('ok');

export function jsonAnswer(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${jsonLine(value)}\n`, {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

/** JSON in which nothing could be taken for markup. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const compressFromBytes = 1024;
const compressible = /^(?:text\/|application\/json)/;

/** As the client takes it. What is short stays as it is. */
export async function compressed(response: Response, acceptEncoding: string): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  if (!acceptsGzip(acceptEncoding) || !compressible.test(type)) return response;
  const octets = new Uint8Array(await response.arrayBuffer());
  const isWorthIt = octets.byteLength >= compressFromBytes;
  const headers = new Headers(response.headers);
  headers.append('Vary', 'Accept-Encoding');
  if (isWorthIt) headers.set('Content-Encoding', 'gzip');
  const body = isWorthIt ? await promisify(gzip)(octets) : octets;
  return new Response(body, { status: response.status, headers });
}

function acceptsGzip(acceptEncoding: string): boolean {
  return acceptEncoding
    .toLowerCase()
    .split(',')
    .some((item) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(item));
}
