/**
 * A filter as SQL. Values are bound, never written into the text.
 *
 * Every query walks one index from the newest message to the oldest and stops when the page is
 * full. Which index is chosen here, not left to SQLite, because the choice decides between
 * microseconds and a walk through everything: an exact facet if the filter demands one, else
 * words, else the unread, else all live messages. The remaining conditions are tested row by row.
 */
import type { Condition, SqlValue } from './condition.ts';
import { containsCondition } from './contains.ts';
import {
  addressKey,
  domainKeyRange,
  type FacetName,
  facets,
  foldCase,
  inboxFacets,
  traits,
} from './facets.ts';
import { parseInboxId } from './inbox-id.ts';
import type { Filter } from './types.ts';
import { matchExpression } from './words.ts';

/** Use as `FROM ${from} WHERE ${where} ORDER BY ${seq} DESC`, joined to `message AS m` on seq. */
export interface FilterSql {
  readonly from: string;
  readonly where: string;
  readonly seq: string;
  /** Whether a condition needs the columns of `message AS m`; lists join it anyway. */
  readonly needsMessage: boolean;
  readonly values: readonly SqlValue[];
}

/** Where a filter looks. */
export interface Scope {
  /** Has a row for each message there is. */
  readonly messages: 'live_message' | 'message';
  /** The index of words. */
  readonly words: 'message_fts' | 'arrived_fts';
  /** Few messages are looked at: test each, and list nothing of the whole store. */
  readonly few: boolean;
}

/** What people see. */
const live: Scope = { messages: 'live_message', words: 'message_fts', few: false };

/** With what was removed and may come back; nothing is known of read or unread there. */
export const stored: Scope = { messages: 'message', words: 'message_fts', few: false };

/** What has just been filed; its words are in a table of their own (`arrived-words.ts`). */
export const arrived: Scope = { messages: 'message', words: 'arrived_fts', few: true };

interface Driver {
  readonly from: string;
  readonly seq: string;
  readonly condition: Condition;
}

export function filterToSql(filter: Filter | null, scope: Scope = live): FilterSql {
  const parts = filter === null ? [] : conjuncts(filter);
  const { driver, rest } = chooseDriver(parts, scope);
  const all = [driver.condition, ...rest.map((part) => toCondition(part, scope))];
  return {
    from: driver.from,
    seq: driver.seq,
    where: all.map((condition) => condition.sql).join(' AND '),
    needsMessage: all.some((condition) => condition.needsMessage),
    values: all.flatMap((condition) => condition.values),
  };
}

/**
 * The one inbox that a filter means, with its unread, its read or all messages; `null` when it asks
 * for anything else. Such a filter needs no counting: the table `inbox` has the numbers.
 */
export function inboxOf(
  filter: Filter,
): { readonly facet: number; readonly key: string; readonly isRead: boolean | null } | null {
  let exact: ExactFacet | null = null;
  let isRead: boolean | null = null;
  for (const part of conjuncts(filter)) {
    if (part.kind === 'isRead' && (isRead === null || isRead === part.isRead)) {
      isRead = part.isRead;
      continue;
    }
    if (exact !== null) return null;
    exact = exactFacet(part);
    if (exact === null || !inboxFacets.includes(exact.facet)) return null;
  }
  return exact === null ? null : { ...exact, isRead };
}

function conjuncts(filter: Filter): readonly Filter[] {
  return filter.kind === 'and' ? filter.all.flatMap(conjuncts) : [filter];
}

function chooseDriver(
  parts: readonly Filter[],
  scope: Scope,
): {
  readonly driver: Driver;
  readonly rest: readonly Filter[];
} {
  const exact = parts.find((part) => exactFacet(part) !== null);
  if (exact !== undefined) {
    return { driver: facetDriver(exact, scope), rest: parts.filter((part) => part !== exact) };
  }
  // Words that all must occur make one query to the index, which intersects them itself.
  const matches = parts.filter((part) => wordsOnly(part) !== null);
  if (matches.length > 0) {
    return {
      driver: wordsDriver(matches, scope),
      rest: parts.filter((part) => !matches.includes(part)),
    };
  }
  const unread = parts.some((part) => part.kind === 'isRead' && !part.isRead);
  const from = `${scope.messages} AS l${unread ? ' INDEXED BY live_message_unread' : ''}`;
  const sql = unread ? 'l.is_read = 0' : 'TRUE';
  return { driver: { from, seq: 'l.seq', condition: plain(sql) }, rest: parts };
}

function facetDriver(filter: Filter, scope: Scope): Driver {
  const exact = exactFacet(filter);
  return {
    from: `message_facet AS d INDEXED BY message_facet_key CROSS JOIN ${scope.messages} AS l ON l.seq = d.seq`,
    seq: 'd.seq',
    condition: plain(
      `d.facet = ? AND d.key = ${keySql(exact)}`,
      exact?.facet ?? 0,
      exact?.key ?? '',
    ),
  };
}

function wordsDriver(filters: readonly Filter[], { messages, words }: Scope): Driver {
  const expression = filters.map((filter) => `(${wordsOnly(filter)})`).join(' AND ');
  return {
    from: `${words} CROSS JOIN ${messages} AS l ON l.seq = ${words}.rowid`,
    seq: `${words}.rowid`,
    condition: plain(`${words} MATCH ?`, expression),
  };
}

interface ExactFacet {
  readonly facet: number;
  /** Of a named inbox its id or name; `keySql` finds the key. */
  readonly key: string;
}

/** An id is 12 digits and no name is, so at most one is meant. */
const namedKeySql = '(SELECT facet_key FROM named_inbox WHERE ? IN (id, name_key))';

export function keySql(exact: ExactFacet | null): string {
  return exact?.facet === facets.named ? namedKeySql : '?';
}

/** The facet and key that a filter demands exactly, or `null`. */
function exactFacet(filter: Filter): ExactFacet | null {
  switch (filter.kind) {
    case 'address':
      return addressFacet(filter.field, filter.address);
    case 'user':
      return { facet: facets.user, key: foldCase(filter.user) };
    case 'inbox':
      return inboxFacet(filter.inbox);
    case 'tag':
      return { facet: facets.tag, key: foldCase(filter.tag) };
    case 'messageId':
      return { facet: facets.messageId, key: foldCase(filter.messageId) };
    default:
      return null;
  }
}

/** The FTS5 query for a filter made of words alone, or `null`. */
function wordsOnly(filter: Filter): string | null {
  switch (filter.kind) {
    case 'words':
      return matchExpression(filter);
    case 'and':
      return joinWords(filter.all, ' AND ');
    case 'or':
      return joinWords(filter.any, ' OR ');
    default:
      return null;
  }
}

function joinWords(filters: readonly Filter[], operator: string): string | null {
  const expressions = filters.map(wordsOnly);
  if (expressions.length === 0 || expressions.includes(null)) return null;
  return expressions.map((expression) => `(${expression})`).join(operator);
}

function toCondition(filter: Filter, scope: Scope): Condition {
  switch (filter.kind) {
    case 'and':
      return joinConditions(
        filter.all.map((part) => toCondition(part, scope)),
        ' AND ',
        'TRUE',
      );
    case 'or':
      return joinConditions(
        filter.any.map((part) => toCondition(part, scope)),
        ' OR ',
        'FALSE',
      );
    case 'not': {
      const inner = toCondition(filter.not, scope);
      return { ...inner, sql: `NOT (${inner.sql})` };
    }
    case 'words':
      return plain(
        `l.seq IN (SELECT rowid FROM ${scope.words} WHERE ${scope.words} MATCH ?)`,
        matchExpression(filter),
      );
    case 'contains':
      return containsCondition(filter);
    case 'address':
      return addressCondition(filter.field, filter.address, scope);
    case 'user':
    case 'inbox':
    case 'tag':
    case 'messageId':
      return hasFacet(exactFacet(filter));
    case 'hasTag':
      return plain(
        'EXISTS (SELECT 1 FROM message_facet AS t WHERE t.seq = l.seq AND t.facet = ?)',
        facets.tag,
      );
    case 'hasInline':
      return hasFacet({ facet: facets.trait, key: traits.inline });
    case 'isRead':
      return plain('l.is_read = ?', filter.isRead ? 1 : 0);
    default:
      return messageCondition(filter);
  }
}

/** Conditions on the columns of `message`. */
function messageCondition(
  filter: Extract<
    Filter,
    {
      kind:
        | 'hasAttachment'
        | 'hasProblem'
        | 'tls'
        | 'receivedAfter'
        | 'receivedBefore'
        | 'largerThan'
        | 'smallerThan';
    }
  >,
): Condition {
  const onMessage = (sql: string, ...values: readonly SqlValue[]): Condition => ({
    sql,
    values,
    needsMessage: true,
  });
  switch (filter.kind) {
    case 'hasAttachment':
      return onMessage('m.attachment_count > 0');
    case 'hasProblem':
      return onMessage('m.problem_count > 0');
    case 'tls':
      return onMessage('m.tls = ?', filter.tls ? 1 : 0);
    case 'receivedAfter':
      return onMessage('m.received_at_ms >= ?', filter.atMs);
    case 'receivedBefore':
      return onMessage('m.received_at_ms < ?', filter.atMs);
    case 'largerThan':
      return onMessage('m.size_bytes > ?', filter.bytes);
    case 'smallerThan':
      return onMessage('m.size_bytes < ?', filter.bytes);
  }
}

function addressCondition(field: FacetName, address: string, scope: Scope): Condition {
  const exact = addressFacet(field, address);
  if (exact !== null) return hasFacet(exact);
  const range = domainKeyRange(address.slice(1));
  return plain(
    scope.few
      ? 'EXISTS (SELECT 1 FROM message_facet AS f WHERE f.seq = l.seq AND f.facet = ? AND f.key >= ? AND f.key < ?)'
      : 'l.seq IN (SELECT f.seq FROM message_facet AS f INDEXED BY message_facet_key WHERE f.facet = ? AND f.key >= ? AND f.key < ?)',
    facets[field],
    range.from,
    range.below,
  );
}

function inboxFacet(id: string): ExactFacet {
  const ref = parseInboxId(id);
  if (ref === null || ref.kind === 'named') return { facet: facets.named, key: foldCase(id) };
  return { facet: ref.facet, key: ref.key };
}

/** Domains have a facet of their own only where they are inboxes. */
function addressFacet(field: FacetName, address: string): ExactFacet | null {
  if (!address.startsWith('@')) return { facet: facets[field], key: addressKey(address) };
  return field === 'recipient' ? { facet: facets.domain, key: foldCase(address.slice(1)) } : null;
}

function hasFacet(exact: ExactFacet | null): Condition {
  return plain(
    `EXISTS (SELECT 1 FROM message_facet AS f WHERE f.seq = l.seq AND f.facet = ? AND f.key = ${keySql(exact)})`,
    exact?.facet ?? 0,
    exact?.key ?? '',
  );
}

function joinConditions(parts: readonly Condition[], operator: string, none: string): Condition {
  if (parts.length === 0) return plain(none);
  return {
    sql: `(${parts.map((part) => part.sql).join(operator)})`,
    values: parts.flatMap((part) => part.values),
    needsMessage: parts.some((part) => part.needsMessage),
  };
}

function plain(sql: string, ...values: readonly SqlValue[]): Condition {
  return { sql, values, needsMessage: false };
}
