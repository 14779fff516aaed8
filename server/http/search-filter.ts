import type { Filter } from '../../db/types.ts';
import { parseInboxRule } from '../search/inbox-rule.ts';
import { parseQuery, type QueryError } from '../search/parse-query.ts';
import { HttpProblem } from './errors.ts';

/** `null` when the query has no condition, which would be every message. */
export function toFilter(query: string, where: 'query' | 'body'): Filter | null {
  const parsed = parseQuery(query, Date.now());
  if (parsed.kind === 'parsed') return parsed.filter;
  throw notUnderstood(parsed.errors, where);
}

/** What a named inbox may ask for. */
export function toRule(query: string): Filter {
  const parsed = parseInboxRule(query);
  if (parsed.kind === 'parsed') return parsed.filter;
  throw notUnderstood(parsed.errors, 'body');
}

function notUnderstood(all: readonly QueryError[], where: 'query' | 'body'): HttpProblem {
  const errors = all.slice(0, 20);
  return new HttpProblem(
    'invalid_query',
    `The search was not understood. ${errors.map(({ what, how }) => `${what} ${how}`).join(' ')}`,
    {
      fields: errors.map(({ what, how, position }) => ({
        in: where,
        name: 'query',
        detail: `${what} ${how}`,
        position,
      })),
    },
  );
}
