import type { Filter } from '../../db/types.ts';

export function toFilter(query: string): Filter | null {
  return query.trim() === '' ? null : { kind: 'words', field: 'any', phrase: query, prefix: false };
}
