/** Many messages: list, search, read state, deletion. */
import type { Filter, MessageSummary, Selection } from '../../../../db/types.ts';
import { badRequest, jsonAnswer, okAnswer } from '../answers.ts';
import type { MailpitContext } from '../context.ts';
import { parseJsonObject } from '../json-object.ts';
import { parseMoment } from '../moments.ts';
import { presentPage } from '../present-summary.ts';
import type { MailpitRequest, MailpitRoute } from '../router.ts';
import { parseSearch } from '../search.ts';

const limitDefault = 50;
/** As many as the store gives at once. */
const portionMax = 1_000;

export function messagesRoutes(context: MailpitContext): readonly MailpitRoute[] {
  const { storage } = context;
  return [
    {
      method: 'GET',
      path: '/api/v1/messages',
      summary: 'List messages, the newest first',
      async answer({ query }) {
        const limit = wholeNumber(query.get('limit'), limitDefault);
        const start = wholeNumber(query.get('start'), 0);
        const page = await readPage(context, {
          filter: before(query),
          // None at all means all of them, from the first.
          start: limit === 0 ? 0 : start,
          limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
        });
        const listed = { ...page, matched: page.total, matchedUnread: page.unread };
        return jsonAnswer(presentPage(listed, { start, tags: page.tags }));
      },
    },
    {
      method: 'PUT',
      path: '/api/v1/messages',
      summary: 'Set the read state of messages',
      async answer({ json, query }) {
        const body = await json();
        const ids = body.texts('IDs');
        const search = body.text('Search') ?? '';
        if (ids.length > 0 && search !== '') {
          throw badRequest('Error: either IDs or a search can be given, not both');
        }
        await storage.markRead(selectionOf(ids, search, query.get('tz')), body.flag('Read'));
        return okAnswer();
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/messages',
      summary: 'Delete messages; without IDs all of them',
      async answer({ body }) {
        const ids = idsToDelete(await body());
        await storage.remove(selectionOf(ids, '', null));
        return okAnswer();
      },
    },
    {
      method: 'GET',
      path: '/api/v1/search',
      summary: 'Search messages',
      async answer({ query }) {
        const filters = [parseSearch(query.get('query') ?? '', query.get('tz')), before(query)];
        const start = wholeNumber(query.get('start'), 0);
        const page = await readPage(context, {
          filter: { kind: 'and', all: filters.filter((filter) => filter !== null) },
          start,
          limit: wholeNumber(query.get('limit'), limitDefault),
        });
        return jsonAnswer(presentPage(page, { start, tags: page.tags }));
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/search',
      summary: 'Delete the messages that a search finds',
      async answer({ query }) {
        const filter = parseSearch(query.get('query') ?? '', query.get('tz'));
        await storage.remove({ kind: 'filter', filter });
        return okAnswer();
      },
    },
  ];
}

function selectionOf(ids: readonly string[], search: string, timeZone: string | null): Selection {
  if (ids.length > 0) return { kind: 'ids', ids };
  if (search !== '') return { kind: 'filter', filter: parseSearch(search, timeZone) };
  return { kind: 'all' };
}

/**
 * Nothing, and a form, mean all: clients rely on both. JSON that was meant to name messages and
 * cannot be read does not; deleting everything would be the worst answer to a typing mistake.
 */
function idsToDelete(body: string): readonly string[] {
  const isForm = /^[\w.%[\]-]+=[^{}]*$/.test(body.trim());
  return body.trim() === '' || isForm ? [] : parseJsonObject(body).texts('IDs');
}

/** What is no number, or a negative one, is as if it were not there. */
function wholeNumber(text: string | null, fallback: number): number {
  return /^\+?\d{1,15}$/.test(text ?? '') ? Number(text) : fallback;
}

function before(query: MailpitRequest['query']): Filter | null {
  const text = query.get('before') ?? '';
  const atMs = text === '' ? null : parseMoment(text, query.get('tz'));
  return atMs === null ? null : { kind: 'receivedBefore', atMs };
}

interface Page {
  readonly messages: readonly MessageSummary[];
  readonly total: number;
  readonly unread: number;
  readonly matched: number;
  readonly matchedUnread: number;
  readonly tags: readonly string[];
}

async function readPage(
  { storage }: Pick<MailpitContext, 'storage'>,
  wanted: { readonly filter: Filter | null; readonly start: number; readonly limit: number },
): Promise<Page> {
  const { filter, start, limit } = wanted;
  const portion = (left: number) => Math.min(Math.max(left, 1), portionMax);
  const first = await storage.list({
    filter,
    limit: portion(limit),
    beforeSeq: null,
    skip: start,
  });
  const messages = [...first.messages.slice(0, limit)];
  for (let next = first.nextBeforeSeq; next !== null && messages.length < limit; ) {
    const page = await storage.list({
      filter,
      limit: portion(limit - messages.length),
      beforeSeq: next,
      skip: 0,
    });
    messages.push(...page.messages);
    next = page.nextBeforeSeq;
  }
  const { tags } = await storage.overview();
  return { ...first, messages, tags: tags.map(({ name }) => name) };
}
