import { z } from 'zod';
import type { Filter, ListQuery, Selection } from '../../../db/types.ts';
import { decodeCursor } from '../cursor.ts';
import { HttpProblem } from '../errors.ts';
import { presentDetail, presentPage, presentRemoval, presentSummary } from '../present.ts';
import { json, type Route, route } from '../route.ts';
import { toFilter } from '../search-filter.ts';
import {
  changedMessages,
  messageChange,
  messageDetail,
  messagePage,
  messageSummary,
  messagesChange,
  removal,
  type SelectionShape,
  selection,
} from '../shapes.ts';
import type { RouteDeps } from '../types.ts';
import { wholeNumber } from '../whole-number.ts';

export const messageId = z
  .string()
  .max(64)
  .describe('The id of a message, or `latest` for the newest one.');

const ownId = z.string().max(64).describe('The id of a message.');

const name = z.string().min(1).max(320);

export const listOptions = z.strictObject({
  query: z
    .string()
    .max(1000)
    .optional()
    .describe(
      'Words (all of them), "phrases", prefix*, -not, OR, parentheses, and keys such as from:, to:, subject:, recipient:, tag:, is:unread, has:attachment, before:, larger:.',
    ),
  recipient: name.optional().describe('Only messages whose envelope names this address.'),
  user: name.optional().describe('Only messages of this SMTP user.'),
  inbox: name
    .max(400)
    .optional()
    .describe(
      'Only messages of this inbox: `address:ann@example.test`, `domain:example.test`, `user:web`, or the id or name of a named one.',
    ),
  tag: name.optional().describe('Only messages with this tag.'),
  unread: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: only unread messages; `false`: only read ones.'),
  limit: wholeNumber(1, 1000).optional().describe('At most this many messages; 50 unless given.'),
  cursor: z.string().max(64).optional().describe('`nextCursor` of the previous page.'),
  skip: wholeNumber(0, 10_000_000)
    .optional()
    .describe('Messages to pass over behind the cursor, to scroll far at once.'),
});

export function messagesRoutes({ storage }: RouteDeps): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/messages',
        operationId: 'listMessages',
        summary: 'List and search messages, the newest first',
        query: listOptions,
        responses: { 200: json('One page', messagePage) },
        problems: ['invalid_query', 'invalid_cursor'],
      },
      async ({ c, query }) => {
        const filter = listFilter(query);
        return c.json(presentPage(await storage.list({ filter, ...paging(query) })));
      },
    ),

    route(
      {
        method: 'patch',
        path: '/api/messages',
        operationId: 'changeMessages',
        summary: 'Mark many messages read or unread',
        body: messagesChange,
        responses: { 200: json('The messages that changed', changedMessages) },
        problems: ['invalid_query'],
      },
      async ({ c, body }) => {
        const ids = await storage.markRead(toSelection(body.selection), body.isRead);
        return c.json({ ids });
      },
    ),

    route(
      {
        method: 'delete',
        path: '/api/messages',
        operationId: 'removeMessages',
        summary: 'Delete messages by id, by search, or all',
        description:
          'What is deleted can be taken back for a while: see `DELETE /api/removals/{id}`.',
        body: selection,
        responses: { 200: json('What was deleted, and how to take it back', removal) },
        problems: ['invalid_query'],
      },
      async ({ c, body }) => c.json(presentRemoval(await storage.remove(toSelection(body)))),
    ),

    route(
      {
        method: 'get',
        path: '/api/messages/{id}',
        operationId: 'getMessage',
        summary: 'One message with everything known about it',
        description: 'Reading does not mark the message as read.',
        params: z.object({ id: messageId }),
        responses: { 200: json('The message', messageDetail) },
        problems: ['message_not_found'],
      },
      async ({ c, params }) => {
        const message = await storage.detail(params.id);
        if (message === null) throw messageNotFound(params.id);
        return c.json(presentDetail(message));
      },
    ),

    route(
      {
        method: 'patch',
        path: '/api/messages/{id}',
        operationId: 'changeMessage',
        summary: 'Change the read state or the tags of one message',
        params: z.object({ id: ownId }),
        body: messageChange,
        responses: { 200: json('The message as it is now', messageSummary) },
        problems: ['message_not_found'],
      },
      async ({ c, params: { id }, body }) => {
        refuseLatest(id);
        if (body.tags !== undefined && (await storage.setTags(id, body.tags)) === null) {
          throw messageNotFound(id);
        }
        if (body.isRead !== undefined) {
          await storage.markRead({ kind: 'ids', ids: [id] }, body.isRead);
        }
        const message = await storage.get(id);
        if (message === null) throw messageNotFound(id);
        return c.json(presentSummary(message));
      },
    ),

    route(
      {
        method: 'delete',
        path: '/api/messages/{id}',
        operationId: 'removeMessage',
        summary: 'Delete one message',
        params: z.object({ id: ownId }),
        responses: { 200: json('What was deleted, and how to take it back', removal) },
        problems: ['message_not_found'],
      },
      async ({ c, params: { id } }) => {
        refuseLatest(id);
        if ((await storage.get(id)) === null) throw messageNotFound(id);
        return c.json(presentRemoval(await storage.remove({ kind: 'ids', ids: [id] })));
      },
    ),
  ];
}

export function paging({
  limit,
  cursor,
  skip,
}: z.output<typeof listOptions>): Omit<ListQuery, 'filter'> {
  return {
    limit: limit ?? 50,
    beforeSeq: cursor === undefined ? null : decodeCursor(cursor),
    skip: skip ?? 0,
  };
}

export function listFilter(query: z.output<typeof listOptions>): Filter | null {
  const all: Filter[] = [];
  const searched = query.query === undefined ? null : toFilter(query.query, 'query');
  if (searched !== null) all.push(searched);
  const { recipient, user, inbox, tag, unread } = query;
  if (recipient !== undefined)
    all.push({ kind: 'address', field: 'recipient', address: recipient });
  if (user !== undefined) all.push({ kind: 'user', user });
  if (inbox !== undefined) all.push({ kind: 'inbox', inbox });
  if (tag !== undefined) all.push({ kind: 'tag', tag });
  if (unread !== undefined) all.push({ kind: 'isRead', isRead: unread === 'false' });
  return all.length === 0 ? null : { kind: 'and', all };
}

/** A query that says nothing is refused here: only `all` means all. */
function toSelection(selected: SelectionShape): Selection {
  if ('ids' in selected) return { kind: 'ids', ids: selected.ids };
  if ('all' in selected) return { kind: 'all' };
  if ('inbox' in selected) {
    const found = toFilter(selected.query ?? '', 'body');
    const inbox: Filter = { kind: 'inbox', inbox: selected.inbox };
    return {
      kind: 'filter',
      filter: found === null ? inbox : { kind: 'and', all: [inbox, found] },
    };
  }
  const filter = toFilter(selected.query, 'body');
  if (filter === null) {
    throw new HttpProblem(
      'invalid_query',
      'The query has no condition, so it would mean every message. To mean that, send {"all": true}.',
    );
  }
  return { kind: 'filter', filter };
}

/** Which one is the latest may have changed since the caller looked. */
function refuseLatest(id: string): void {
  if (id !== 'latest') return;
  throw new HttpProblem(
    'message_not_found',
    '"latest" can only be read. To change or delete a message, name it by its id.',
  );
}

export function messageNotFound(id: string): HttpProblem {
  return new HttpProblem(
    'message_not_found',
    id === 'latest'
      ? 'There is no message yet.'
      : 'There is no message with this id. It may have been deleted, or removed because the store keeps only so many.',
  );
}
