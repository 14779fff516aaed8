/** The content of a message: octets and documents that a stranger wrote. */
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { DecodedPart } from '../../storage/types.ts';
import { contentDisposition } from '../content-disposition.ts';
import { HttpProblem } from '../errors.ts';
import { rewriteInPieces } from '../mail-html/rewrite-html.ts';
import { type Route, route } from '../route.ts';
import { inertPolicy, mailPolicy } from '../security/headers.ts';
import { thumbnailOf } from '../thumbnail-of.ts';
import type { RouteDeps } from '../types.ts';
import { messageId, messageNotFound } from './messages.ts';

const download = z.enum(['1']).optional().describe('`1`: save it instead of showing it.');
const params = z.object({ id: messageId });

export function partsRoutes({ storage, contentTokens, tasks }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/messages/{id}/raw',
        operationId: 'getRawMessage',
        summary: 'The message, octet for octet as it was sent',
        params,
        query: z.strictObject({ download }),
        responses: {
          200: {
            description: 'The octets',
            content: { 'text/plain': 'octets', 'message/rfc822': 'octets' },
          },
        },
        problems: ['message_not_found'],
      },
      async ({ params: { id }, query }) => {
        const message = await storage.get(id);
        const octets = message === null ? null : await storage.raw(message.id);
        if (message === null || octets === null) throw messageNotFound(id);
        const fileName = `${message.subject === '' ? message.id : message.subject}.eml`;
        return new Response(octets, {
          headers:
            query.download === undefined
              ? { 'Content-Type': 'text/plain; charset=utf-8' }
              : {
                  'Content-Type': 'message/rfc822',
                  'Content-Disposition': contentDisposition('attachment', fileName),
                },
        });
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/messages/{id}/html',
        operationId: 'getMessageHtml',
        summary: 'The HTML body as a sandboxed document',
        params,
        query: z.strictObject({
          remote: z
            .enum(['0', '1'])
            .optional()
            .describe('`1`: images, styles and fonts may load from elsewhere.'),
        }),
        responses: { 200: { description: 'The document', content: { 'text/html': 'text' } } },
        problems: ['message_not_found', 'html_not_found'],
      },
      async ({ c, params: { id }, query }) => {
        const message = await storage.wholeText(id, 'html');
        if (message === null) throw messageNotFound(id);
        if (message.text === null) {
          throw new HttpProblem('html_not_found', 'This message has no HTML body. Show its text.');
        }
        const remoteAllowed = query.remote === '1';
        const base = `/api/messages/${message.id}/cid/`;
        const token = contentTokens.issue(message.id);
        const html = rewriteInPieces(message.text, {
          remoteAllowed,
          cidUrl: (contentId) => cidUrl(base, contentId, token),
        });
        const own = new URL(base, c.req.url).href;
        return new Response(asStream(html), {
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': mailPolicy(own, remoteAllowed),
          },
        });
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/messages/{id}/text',
        operationId: 'getMessageText',
        summary: 'The text body',
        params,
        responses: { 200: { description: 'In UTF-8', content: { 'text/plain': 'text' } } },
        problems: ['message_not_found', 'text_not_found'],
      },
      async ({ c, params: { id } }) => {
        const message = await storage.wholeText(id, 'text');
        if (message === null) throw messageNotFound(id);
        if (message.text === null) {
          throw new HttpProblem('text_not_found', 'This message has no text body. Show its HTML.');
        }
        return c.body(message.text, 200, { 'Content-Type': 'text/plain; charset=utf-8' });
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/messages/{id}/parts/{path}',
        operationId: 'getPart',
        summary: 'One part, decoded',
        params: z.object({
          id: messageId,
          path: z.string().max(200).describe('As in `root`: `1.2`.'),
        }),
        query: z.strictObject({ download }),
        responses: { 200: { description: 'The octets', content: { '*/*': 'octets' } } },
        problems: ['message_not_found', 'part_not_found'],
      },
      async ({ params: { id, path }, query }) => {
        // The store also takes `cid:`; that has a path of its own, with a guard of its own.
        const part = path.startsWith('cid:') ? null : await storage.part(id, path);
        if (part === null) throw partNotFound('path');
        return partResponse(part, query.download !== undefined);
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/messages/{id}/parts/{path}/thumbnail',
        operationId: 'getThumbnail',
        summary: 'A picture made small: 180×120 pixels',
        description: 'White for what is no picture, or one of more than 20 million pixels.',
        params: z.object({ id: messageId, path: z.string().max(200) }),
        responses: { 200: { description: 'In JPEG', content: { 'image/jpeg': 'octets' } } },
        problems: ['message_not_found', 'part_not_found', 'too_busy'],
      },
      async ({ params: { id, path } }) => {
        const part = path.startsWith('cid:') ? null : await storage.part(id, path);
        if (part === null) throw partNotFound('path');
        return new Response(await thumbnailOf(part, tasks), {
          headers: { 'Content-Type': 'image/jpeg' },
        });
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/messages/{id}/cid/{contentId}',
        operationId: 'getPartByContentId',
        summary: 'One part by its Content-ID, for images inside the HTML body',
        params: z.object({ id: messageId, contentId: z.string().max(1000) }),
        query: z.strictObject({
          token: z.string().max(64).optional().describe('Given out with the HTML body.'),
        }),
        responses: { 200: { description: 'The octets', content: { '*/*': 'octets' } } },
        problems: ['message_not_found', 'part_not_found'],
      },
      async ({ params: { id, contentId } }) => {
        const part = await storage.part(id, `cid:${contentId}`);
        if (part === null) throw partNotFound('Content-ID');
        const response = partResponse(part, false);
        // The sandboxed document has an opaque origin, which is never the same as ours.
        response.headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
        return response;
      },
    ),
  ];
}

/** Made as it is taken; between two pieces others have their turn. */
function asStream(pieces: Iterator<string>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await setImmediate();
      const { done, value } = pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(Buffer.from(value));
    },
  });
}

/** What shows as it is and can do nothing else. SVG is a document, PDF a program's input. */
const inertTypes = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'text/plain',
]);

function partResponse(part: DecodedPart, asDownload: boolean): Response {
  const type = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(part.mediaType)
    ? part.mediaType.toLowerCase()
    : 'application/octet-stream';
  const inline = inertTypes.has(type) && !asDownload;
  return new Response(part.octets, {
    headers: {
      'Content-Type': type === 'text/plain' ? `${type}; charset=${charsetOf(part)}` : type,
      'Content-Disposition': contentDisposition(
        inline ? 'inline' : 'attachment',
        part.fileName ?? 'unnamed',
      ),
      'Content-Security-Policy': inertPolicy,
    },
  });
}

function charsetOf(part: DecodedPart): string {
  return /^[\w.:+-]{1,40}$/.test(part.charset ?? '') ? (part.charset ?? '') : 'utf-8';
}

/** `null` for what no URL can hold (half of a surrogate pair). */
function cidUrl(base: string, contentId: string, token: string): string | null {
  try {
    const encoded = encodeURIComponent(decodeCid(contentId)).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    return encoded === '' ? null : `${base}${encoded}?token=${token}`;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** RFC 2392 §2: the Content-ID in a `cid:` URL is percent-encoded; many senders do not. */
function decodeCid(contentId: string): string {
  try {
    return decodeURIComponent(contentId);
  } catch (error) {
    if (error instanceof URIError) return contentId;
    throw error;
  }
}

function partNotFound(what: string): HttpProblem {
  return new HttpProblem(
    'part_not_found',
    `This message has no part with this ${what}, or there is no such message.`,
  );
}
