/** Messages to look at, and the ways into the page. */

import type { MessageDetail, PartSummary } from '../../../storage/types.ts';
import { rewriteMailHtml } from '../../mail-html/rewrite-html.ts';
import { mailPolicy } from '../../security/headers.ts';
import { messageNotFound, Refusal } from '../answers.ts';
import { partId } from '../attachments.ts';
import { bodyAsSent, textAsSent } from '../body-as-sent.ts';
import { findId, type MailpitContext, markRead } from '../context.ts';
import type { MailpitRequest, MailpitRoute } from '../router.ts';
import { withCidUrls } from '../view-html.ts';

export function viewRoutes(context: MailpitContext): readonly MailpitRoute[] {
  const { storage, contentTokens } = context;
  const find = async (request: MailpitRequest): Promise<MessageDetail> => {
    const id = await findId(context, request).catch(asMessageNotFound);
    const message = await storage.detail(id);
    if (message === null) throw messageNotFound();
    await markRead(context, id);
    return message;
  };
  return [
    {
      method: 'GET',
      path: '/view/{id}.html',
      summary: 'The HTML of a message; marks it read',
      async answer(request) {
        const message = await find(request);
        const sent = await bodyAsSent(storage, message, 'html');
        if (sent === null) {
          throw new Refusal(404, 'This message does not contain a HTML part');
        }
        const base = `/api/v1/message/${message.id}/part/`;
        const token = contentTokens.issue(message.id);
        const parts = pathsByContentId(message.root);
        const cidUrl = (contentId: string): string | null => {
          const path = parts.get(contentId);
          return path === undefined ? null : `${base}${partId(path)}?token=${token}`;
        };
        const html =
          request.query.get('embed') === null
            ? withCidUrls(sent, cidUrl)
            : rewriteMailHtml(sent, { cidUrl, remoteAllowed: false });
        return new Response(html, {
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': mailPolicy(new URL(base, request.c.req.url).href),
          },
        });
      },
    },
    {
      method: 'GET',
      path: '/view/{id}.txt',
      summary: 'The text of a message; marks it read',
      async answer(request) {
        return new Response(await textAsSent(storage, await find(request)), {
          headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        });
      },
    },
    {
      method: 'GET',
      path: '/view/{id}',
      summary: 'The page with this message',
      async answer(request) {
        const isLatest = request.param('id') === 'latest';
        const id = await findId(context, request).catch((error: unknown) => {
          if (error instanceof Refusal && error.status === 404 && isLatest) return null;
          throw error;
        });
        if (id === null) return redirect('/');
        return redirect(isLatest ? `/view/${id}` : `/messages/${id}`);
      },
    },
    {
      method: 'GET',
      path: '/search',
      summary: 'The page with the results of a search',
      answer({ query }) {
        const search = query.get('q') ?? query.get('query') ?? '';
        return redirect(search === '' ? '/' : `/?${new URLSearchParams({ query: search })}`);
      },
    },
  ];
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { Location: location } });
}

function asMessageNotFound(error: unknown): never {
  throw error instanceof Refusal && error.status === 404 ? messageNotFound() : error;
}

function pathsByContentId(root: PartSummary): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const visit = (part: PartSummary): void => {
    if (part.contentId !== null && !paths.has(part.contentId)) paths.set(part.contentId, part.path);
    for (const child of part.children) visit(child);
  };
  visit(root);
  return paths;
}
