/** What others would make of a message. Each is asked for on its own; nothing is checked by itself. */
import { z } from 'zod';
import { SpamCheckError } from '../../checks/spam/types.ts';
import { htmlCheck, linkCheck, linkCheckRequest, spamCheck } from '../check-shapes.ts';
import { HttpProblem } from '../errors.ts';
import { json, type Route, route } from '../route.ts';
import { shownPictureTypes } from '../shown-pictures.ts';
import type { RouteDeps } from '../types.ts';
import { messageId, messageNotFound } from './messages.ts';

const params = z.object({ id: messageId });

export function checksRoutes({ storage, checks, tasks }: RouteDeps): readonly Route[] {
  const find = async (id: string) => {
    const message = await storage.detail(id);
    if (message === null) throw messageNotFound(id);
    return message;
  };
  return [
    route(
      {
        method: 'get',
        path: '/api/messages/{id}/html-check',
        operationId: 'checkHtml',
        summary: 'Which mail programs do not know the HTML and CSS of a message',
        description: 'By the data of Can I email, which are part of the program.',
        params,
        responses: { 200: json('What was found, the worst first', htmlCheck) },
        problems: ['message_not_found', 'html_not_found', 'too_busy'],
      },
      async ({ c, params: { id } }) => {
        const { html, root } = await find(id);
        if (html === null)
          throw new HttpProblem('html_not_found', 'This message has no HTML body.');
        const pictureTypes = shownPictureTypes(html, root);
        return c.json(await tasks.run('checkHtml', { html, pictureTypes }));
      },
    ),

    route(
      {
        method: 'post',
        path: '/api/messages/{id}/link-checks',
        operationId: 'checkLinks',
        summary: 'Whether the links of a message lead somewhere',
        description:
          'Asks the servers that the message names, at public addresses only. A link that only works once may be used up.',
        params,
        body: linkCheckRequest,
        responses: { 200: json('The links in the order of the message', linkCheck) },
        problems: ['message_not_found', 'too_busy'],
      },
      async ({ c, params: { id }, body }) => {
        const links = await checks.links.check(await find(id), {
          followRedirects: body.followRedirects ?? false,
          signal: c.req.raw.signal,
        });
        return c.json({ links: [...links] });
      },
    ),

    route(
      {
        method: 'post',
        path: '/api/messages/{id}/spam-checks',
        operationId: 'checkSpam',
        summary: 'What SpamAssassin thinks of a message',
        description: 'Needs a running `spamd`, named with `--spamd`.',
        params,
        responses: { 200: json('Score and rules', spamCheck) },
        problems: ['message_not_found', 'spam_check_off', 'spam_check_failed'],
      },
      async ({ c, params: { id } }) => {
        if (checks.spam === null) {
          throw new HttpProblem(
            'spam_check_off',
            'There is no SpamAssassin to ask. Name its spamd with --spamd (PRIXFIXE_SPAMD).',
          );
        }
        const message = await storage.get(id);
        const raw = message === null ? null : await storage.raw(message.id);
        if (raw === null) throw messageNotFound(id);
        return c.json(await checks.spam.check(raw).catch(asProblem));
      },
    ),
  ];
}

function asProblem(error: unknown): never {
  // Another server's doing is an answer, no fault of ours to be logged.
  if (error instanceof SpamCheckError) throw new HttpProblem('spam_check_failed', error.message);
  throw error;
}
