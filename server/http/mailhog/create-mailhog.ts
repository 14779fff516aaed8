/**
 * The calls of MailHog that scripts use: list, search, get, delete, download. Switched on by
 * option. Lists in its first version of the API are not among them: that path is Mailpit's here.
 */
import type { Filter } from '../../../db/types.ts';
import { HttpProblem } from '../errors.ts';
import type { ForeignApi, RouteDeps } from '../types.ts';
import { presentMessage } from './present.ts';

const limitDefault = 50;
const limitMax = 250;
const list = /^\/api\/v2\/(messages|search)$/;
const one = /^\/api\/v1\/messages\/([0-9A-Za-z]{1,64})(\/download)?$/;

export function createMailHog({ storage }: Pick<RouteDeps, 'storage'>): ForeignApi {
  async function answerList(query: URLSearchParams, filter: Filter | null): Promise<Response> {
    const start = wholeNumber(query.get('start'), 0);
    const limit = Math.min(wholeNumber(query.get('limit'), limitDefault), limitMax);
    const page = await storage.list({
      filter,
      limit: Math.max(limit, 1),
      beforeSeq: null,
      skip: start,
    });
    const items = [];
    for (const { id } of page.messages.slice(0, limit)) {
      const item = await find(id);
      if (item !== null) items.push(item);
    }
    return json({ total: page.matched, count: items.length, start, items });
  }

  async function find(id: string) {
    const [message, raw] = await Promise.all([storage.get(id), storage.raw(id)]);
    return message === null || raw === null ? null : presentMessage(message, raw);
  }

  return {
    owns: (path) => list.test(path) || one.test(path),
    shownContent: null,
    presentProblem: ({ message, status, headers }) => text(message, status, headers),
    async answer(c) {
      const { method } = c.req.raw;
      const { path } = c.req;
      const query = new URL(c.req.url).searchParams;
      const isRead = method === 'GET' || method === 'HEAD';
      const [, listed] = list.exec(path) ?? [];
      if (listed !== undefined && isRead) {
        const filter = listed === 'search' ? searchFilter(query) : null;
        if (filter === undefined) return text('kind and query are needed', 400);
        return answerList(query, filter);
      }
      const [, id = '', download] = one.exec(path) ?? [];
      if (id !== '' && method === 'DELETE' && download === undefined) {
        await storage.remove({ kind: 'ids', ids: [id] });
        return text('', 200);
      }
      if (id === '' || !isRead) {
        throw new HttpProblem('method_not_allowed', 'Method Not Allowed', {
          headers: {
            Allow: listed === undefined && download === undefined ? 'GET, DELETE' : 'GET',
          },
        });
      }
      if (download !== undefined) {
        const raw = await storage.raw(id);
        return raw === null ? text('not found', 404) : file(raw, `${id}.eml`);
      }
      const message = await find(id);
      return message === null ? text('not found', 404) : json(message);
    },
  };
}

/** `undefined` for what MailHog does not know either. */
function searchFilter(query: URLSearchParams): Filter | undefined {
  const wanted = query.get('query')?.trim() ?? '';
  if (wanted === '') return undefined;
  switch (query.get('kind')) {
    case 'from':
      return either(wanted, 'sender', 'from');
    case 'to':
      return either(wanted, 'recipient', 'to');
    case 'containing':
      return { kind: 'contains', field: 'any', text: wanted };
    default:
      return undefined;
  }
}

/** In the envelope or in the header; a whole address is found as a whole. */
function either(wanted: string, envelope: 'sender' | 'recipient', header: 'from' | 'to'): Filter {
  if (!/^[^\s@]*@[^\s@]+$/.test(wanted)) return { kind: 'contains', field: header, text: wanted };
  return {
    kind: 'or',
    any: [
      { kind: 'address', field: envelope, address: wanted },
      { kind: 'address', field: header, address: wanted },
    ],
  };
}

function wholeNumber(value: string | null, fallback: number): number {
  return /^\d{1,9}$/.test(value ?? '') ? Number(value) : fallback;
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'Content-Type': 'text/json' } });
}

function text(
  body: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { 'Content-Type': 'text/plain', ...headers } });
}

function file(octets: Uint8Array, name: string): Response {
  return new Response(octets, {
    headers: {
      'Content-Type': 'message/rfc822',
      'Content-Disposition': `attachment; filename="${name}"`,
    },
  });
}
