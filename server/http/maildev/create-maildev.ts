/**
 * The calls of MailDev that scripts use: list with conditions, get, HTML, source, attachments,
 * deletion. Switched on by option.
 */
import type { MessageSummary } from '../../../db/types.ts';
import { contentDisposition } from '../content-disposition.ts';
import { HttpProblem } from '../errors.ts';
import { inertPolicy } from '../security/headers.ts';
import type { ForeignApi, RouteDeps } from '../types.ts';
import { attachmentsOf, matches, presentEmail } from './present.ts';

const paths =
  /^\/email(?:\/([\w-]{1,64})(?:\/(html|source|download|attachment)(?:\/([^/]{1,500}))?)?)?$/;
/** Each is read as a whole, so a list has an end. */
const listMax = 1_000;

export function createMailDev({ storage }: Pick<RouteDeps, 'storage'>): ForeignApi {
  const find = async (id: string) => {
    const message = await storage.detail(id);
    if (message === null) throw notFound();
    return message;
  };

  async function list(query: URLSearchParams): Promise<Response> {
    const summaries: MessageSummary[] = [];
    const page = await storage.list({ filter: null, limit: listMax, beforeSeq: null, skip: 0 });
    summaries.push(...page.messages);
    const emails = [];
    // The oldest first, as they came in.
    for (const { id } of summaries.reverse()) {
      const message = await storage.detail(id);
      if (message === null) continue;
      const email = presentEmail(message);
      if (matches(email, query)) emails.push(email);
    }
    return json(emails);
  }

  async function remove(id: string): Promise<Response> {
    if (id === 'all') await storage.remove({ kind: 'all' });
    else {
      const { count } = await storage.remove({ kind: 'ids', ids: [id] });
      if (count === 0) throw notFound();
    }
    return json(true);
  }

  async function attachment(id: string, name: string): Promise<Response> {
    const message = await find(id);
    const found = attachmentsOf(message.root).find(({ fileName }) => fileName === name);
    const part = found === undefined ? null : await storage.part(id, found.path);
    if (part === null) throw notFound('Attachment');
    return file(part.octets, { mediaType: part.mediaType, name });
  }

  async function read(id: string, what: string | undefined, name: string): Promise<Response> {
    switch (what) {
      case 'attachment':
        return attachment(id, name);
      case 'source':
      case 'download': {
        const raw = await storage.raw(id);
        if (raw === null) throw notFound();
        return what === 'source'
          ? new Response(raw, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
          : file(raw, { mediaType: 'message/rfc822', name: `${id}.eml` });
      }
      case 'html': {
        const { html } = await find(id);
        return new Response(html ?? '', {
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': inertPolicy,
          },
        });
      }
      default: {
        const message = await find(id);
        await storage.markRead({ kind: 'ids', ids: [id] }, true);
        return json(presentEmail({ ...message, isRead: true }));
      }
    }
  }

  return {
    owns: (path) => paths.test(path),
    shownContent: null,
    presentProblem: ({ message, status, headers }) => json({ error: message }, status, headers),
    async answer(c) {
      const { method } = c.req.raw;
      const [, id, what, name = ''] = paths.exec(c.req.path) ?? [];
      const query = new URL(c.req.url).searchParams;
      if (method === 'GET' || method === 'HEAD') {
        return id === undefined ? list(query) : read(id, what, decoded(name));
      }
      if (method === 'DELETE' && id !== undefined && what === undefined) return remove(id);
      if (method === 'PATCH' && id === 'read-all') {
        const { unread } = await storage.overview();
        await storage.markRead({ kind: 'all' }, true);
        return json(unread);
      }
      throw new HttpProblem('method_not_allowed', 'Method Not Allowed', {
        headers: { Allow: id === undefined || what !== undefined ? 'GET' : 'GET, DELETE' },
      });
    },
  };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) throw notFound('Attachment');
    throw error;
  }
}

function notFound(what = 'Email'): HttpProblem {
  return new HttpProblem('message_not_found', `${what} was not found`);
}

function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  });
}

function file(
  octets: Uint8Array,
  { mediaType, name }: { readonly mediaType: string; readonly name: string },
): Response {
  return new Response(octets, {
    headers: {
      'Content-Type': /^[\w.+-]+\/[\w.+-]+$/.test(mediaType)
        ? mediaType
        : 'application/octet-stream',
      'Content-Disposition': contentDisposition('attachment', name),
    },
  });
}
