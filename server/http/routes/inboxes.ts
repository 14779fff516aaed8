/** Inboxes: every address, domain and SMTP user, and the searches that somebody gave a name. */
import { z } from 'zod';
import type { Inbox, InboxChange, InboxOutcome } from '../../../db/inbox-types.ts';
import type { Filter } from '../../../db/types.ts';
import type { Storage } from '../../storage/types.ts';
import { decodeInboxCursor } from '../cursor.ts';
import { HttpProblem } from '../errors.ts';
import {
  type InboxChangeShape,
  inbox,
  inboxChange,
  inboxKind,
  inboxMessagesChange,
  inboxPage,
  newInbox,
} from '../inbox-shapes.ts';
import { presentPage, presentRemoval } from '../present.ts';
import { presentInbox, presentInboxPage } from '../present-inbox.ts';
import { json, type Route, route } from '../route.ts';
import { toRule } from '../search-filter.ts';
import { changedMessages, messagePage, removal } from '../shapes.ts';
import type { RouteDeps } from '../types.ts';
import { wholeNumber } from '../whole-number.ts';
import { listFilter, listOptions, paging } from './messages.ts';

/** Of `GET /api/events?inbox=` too. */
export const inboxIdText = z
  .string()
  .min(1)
  .max(400)
  .describe(
    'The id of an inbox: `address:ann@example.test`, `domain:example.test`, `user:web`, or that of a named one.',
  );

const params = z.object({ id: inboxIdText });

const listQuery = z.strictObject({
  kind: z
    .string()
    .max(64)
    .transform((kinds) => kinds.split(','))
    .pipe(z.array(inboxKind))
    .optional()
    .describe('Only these, with commas between: `named`, `address`, `domain`, `user`.'),
  q: z.string().max(200).optional().describe('Part of the name; case does not count.'),
  sort: z
    .enum(['busiest', 'name'])
    .optional()
    .describe(
      'Behind the named ones: the fullest first unless given, or by name. While mail comes in, only pages by name show each inbox exactly once.',
    ),
  limit: wholeNumber(1, 500).optional().describe('At most this many inboxes; 50 unless given.'),
  cursor: z.string().max(2_000).optional().describe('`nextCursor` of the previous page.'),
});

const noLimits = { messagesMax: 0, ageMsMax: 0 };

export function inboxesRoutes({ storage }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/inboxes',
        operationId: 'listInboxes',
        summary: 'List inboxes with their counts',
        description:
          'Addresses, domains of recipients and SMTP users are listed while they have messages; any other can be asked for by its id all the same.',
        query: listQuery,
        responses: { 200: json('One page', inboxPage) },
        problems: ['invalid_cursor'],
      },
      async ({ c, query }) => {
        const page = await storage.listInboxes({
          kinds: query.kind ?? [],
          text: query.q ?? '',
          order: query.sort ?? 'busiest',
          limit: query.limit ?? 50,
          after: query.cursor === undefined ? null : decodeInboxCursor(query.cursor),
        });
        return c.json(presentInboxPage(page));
      },
    ),

    route(
      {
        method: 'post',
        path: '/api/inboxes',
        operationId: 'createInbox',
        summary: 'Give a search a name, and with it a list, counts, events and limits of its own',
        description:
          'A message belongs in it if the search finds it when it comes. What is there already is looked through at once, the newest first: see `filledShare`.',
        body: newInbox,
        responses: { 201: json('The inbox', inbox) },
        problems: ['invalid_query', 'inbox_name_taken', 'too_many_inboxes'],
      },
      async ({ c, body }) => {
        const { name, query, retention } = body;
        const outcome = await storage.createInbox({
          name,
          query,
          filter: toRule(query),
          retention: retention ?? noLimits,
        });
        const made = await savedInbox(storage, outcome);
        return c.json(presentInbox(made), 201, {
          Location: `/api/inboxes/${encodeURIComponent(made.id)}`,
        });
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/inboxes/{id}',
        operationId: 'getInbox',
        summary: 'One inbox with its counts',
        params,
        responses: { 200: json('The inbox', inbox) },
        problems: ['inbox_not_found'],
      },
      async ({ c, params: { id } }) => c.json(presentInbox(await existingInbox(storage, id))),
    ),

    route(
      {
        method: 'patch',
        path: '/api/inboxes/{id}',
        operationId: 'changeInbox',
        summary: 'Change the name, the search or the limits of an inbox',
        description:
          'With another search it starts over. Beyond its limits the oldest messages of an inbox are deleted for good, also from other inboxes that they are in.',
        params,
        body: inboxChange,
        responses: { 200: json('The inbox as it is now', inbox) },
        problems: [
          'inbox_not_found',
          'inbox_not_named',
          'invalid_query',
          'inbox_name_taken',
          'too_many_inboxes',
        ],
      },
      async ({ c, params: { id }, body }) => {
        const { kind } = await existingInbox(storage, id);
        if (kind !== 'named' && (body.name ?? body.query) !== undefined) throw notNamed(kind);
        const outcome = await storage.changeInbox(id, toChange(body));
        return c.json(presentInbox(await savedInbox(storage, outcome)));
      },
    ),

    route(
      {
        method: 'delete',
        path: '/api/inboxes/{id}',
        operationId: 'deleteInbox',
        summary: 'Delete a named inbox; its messages stay',
        params,
        responses: { 200: json('The inbox as it was', inbox) },
        problems: ['inbox_not_found', 'inbox_not_named'],
      },
      async ({ c, params: { id } }) => {
        const last = await existingInbox(storage, id);
        if (last.kind !== 'named') throw notNamed(last.kind);
        if (!(await storage.deleteInbox(id))) throw notFound();
        return c.json(presentInbox(last));
      },
    ),

    route(
      {
        method: 'get',
        path: '/api/inboxes/{id}/messages',
        operationId: 'listInboxMessages',
        summary: 'List and search the messages of one inbox, the newest first',
        params,
        query: listOptions.omit({ inbox: true }),
        responses: { 200: json('One page', messagePage) },
        problems: ['inbox_not_found', 'invalid_query', 'invalid_cursor'],
      },
      async ({ c, params: { id }, query }) => {
        await existingInbox(storage, id);
        const filter = listFilter({ ...query, inbox: id });
        return c.json(presentPage(await storage.list({ filter, ...paging(query) })));
      },
    ),

    route(
      {
        method: 'patch',
        path: '/api/inboxes/{id}/messages',
        operationId: 'changeInboxMessages',
        summary: 'Mark all messages of an inbox read or unread',
        params,
        body: inboxMessagesChange,
        responses: { 200: json('The messages that changed', changedMessages) },
        problems: ['inbox_not_found'],
      },
      async ({ c, params: { id }, body }) => {
        await existingInbox(storage, id);
        const ids = await storage.markRead({ kind: 'filter', filter: inInbox(id) }, body.isRead);
        return c.json({ ids });
      },
    ),

    route(
      {
        method: 'delete',
        path: '/api/inboxes/{id}/messages',
        operationId: 'clearInbox',
        summary: 'Delete all messages of an inbox, wherever else they are',
        description: 'Can be taken back for a while: see `DELETE /api/removals/{id}`.',
        params,
        responses: { 200: json('What was deleted, and how to take it back', removal) },
        problems: ['inbox_not_found'],
      },
      async ({ c, params: { id } }) => {
        await existingInbox(storage, id);
        const cleared = await storage.remove({ kind: 'filter', filter: inInbox(id) });
        return c.json(presentRemoval(cleared));
      },
    ),
  ];
}

function inInbox(id: string): Filter {
  return { kind: 'inbox', inbox: id };
}

function toChange({ name, query, retention }: InboxChangeShape): InboxChange {
  return {
    ...(name === undefined ? {} : { name }),
    ...(query === undefined ? {} : { search: { query, filter: toRule(query) } }),
    ...(retention === undefined ? {} : { retention }),
  };
}

export async function existingInbox(storage: Storage, id: string): Promise<Inbox> {
  const found = await storage.getInbox(id);
  if (found === null) throw notFound();
  return found;
}

async function savedInbox(storage: Storage, outcome: InboxOutcome): Promise<Inbox> {
  if (outcome.kind === 'saved') return existingInbox(storage, outcome.id);
  switch (outcome.refusal) {
    case 'unknown':
      throw notFound();
    case 'nameTaken':
      throw new HttpProblem(
        'inbox_name_taken',
        'Another inbox has this name already; case does not count. Choose another one.',
      );
    case 'tooMany':
      throw new HttpProblem(
        'too_many_inboxes',
        'There are as many named inboxes as there may be. Delete one that is not needed; every address, domain and SMTP user is an inbox without a name too.',
      );
    case 'limits':
      throw new HttpProblem(
        'too_many_inboxes',
        'As many addresses, domains and users have limits of their own as may have. Set those of another one to 0, or give a whole domain its limits.',
      );
  }
}

function notFound(): HttpProblem {
  return new HttpProblem(
    'inbox_not_found',
    'There is no such inbox. An id is address:ann@example.test, domain:example.test, user:web, or that of a named inbox that has not been deleted; GET /api/inboxes lists them.',
  );
}

function notNamed(kind: Inbox['kind']): HttpProblem {
  return new HttpProblem(
    'inbox_not_named',
    `This inbox is ${kind === 'address' ? 'an' : 'a'} ${kind}, which has neither a name nor a search of its own and cannot be deleted. Delete its messages with DELETE /api/inboxes/{id}/messages, or make a named inbox of it with POST /api/inboxes.`,
  );
}
