import type { Filter } from '../../db/types.ts';
import { parseQuery } from '../search/parse-query.ts';
import { HttpProblem } from './errors.ts';

/** `null` when the query has no condition, which would be every message. */
export function toFilter(query: string, where: 'query' | 'body'): Filter | null {
  const parsed = parseQuery(query, Date.now());
  if (parsed.kind === 'parsed') return parsed.filter;
  const errors = parsed.errors.slice(0, 20);
  throw new HttpProblem(
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
