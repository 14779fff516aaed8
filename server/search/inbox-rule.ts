/**
 * The search of a named inbox. A message is looked at when it comes, so the search may ask for what
 * stays as it is: neither read nor unread, nor a time counted back from now, nor another inbox that
 * may be deleted.
 */
import type { Filter } from '../../db/types.ts';
import { parseQuery, type QueryError } from './parse-query.ts';

export type ParsedRule =
  | { readonly kind: 'parsed'; readonly filter: Filter }
  | { readonly kind: 'refused'; readonly errors: readonly QueryError[] };

export function parseInboxRule(query: string): ParsedRule {
  const parsed = parseQuery(query, 0);
  if (parsed.kind === 'refused') return parsed;
  const { filter } = parsed;
  if (filter === null) {
    return refused(
      'The search has no condition, so the inbox would hold every message.',
      'Say what belongs in it, such as recipient:@shop.test or subject:order.',
    );
  }
  const later = parseQuery(query, 1e12);
  if (JSON.stringify(parsed) !== JSON.stringify(later)) {
    return refused(
      'A time counted back from now means another moment each day.',
      'Name a day, such as after:2026-05-31, or give the inbox a limit of age.',
    );
  }
  const passing = firstPassing(filter);
  return passing === null ? { kind: 'parsed', filter } : refused(passing.what, passing.how);
}

function refused(what: string, how: string): ParsedRule {
  return { kind: 'refused', errors: [{ position: 0, what, how }] };
}

/** The first condition that does not last. */
function firstPassing(filter: Filter): Pick<QueryError, 'what' | 'how'> | null {
  switch (filter.kind) {
    case 'and':
      return firstOf(filter.all);
    case 'or':
      return firstOf(filter.any);
    case 'not':
      return firstPassing(filter.not);
    case 'isRead':
      return {
        what: 'What is read or unread changes while one looks at it.',
        how: 'Leave is:read and is:unread out; every inbox counts its unread messages.',
      };
    case 'inbox':
      if (/^(?:address|domain|user):/.test(filter.inbox)) return null;
      return {
        what: 'A named inbox cannot be part of another.',
        how: 'Repeat its search, or use inbox:address:…, inbox:domain:… or inbox:user:….',
      };
    default:
      return null;
  }
}

function firstOf(filters: readonly Filter[]) {
  for (const filter of filters) {
    const passing = firstPassing(filter);
    if (passing !== null) return passing;
  }
  return null;
}
