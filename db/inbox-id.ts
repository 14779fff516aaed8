/** Names under which inboxes are known outside, and what they are in here: a facet and its key. */
import { addressKey, facets, foldCase } from './facets.ts';
import type { InboxKind } from './inbox-types.ts';

/** Longer ones name nothing: no address and no user is so long (RFC 5321 §4.5.3.1). */
const idCharactersMax = 400;

export type InboxRef =
  | { readonly kind: 'named'; readonly id: string }
  | {
      readonly kind: Exclude<InboxKind, 'named'>;
      readonly value: string;
      readonly facet: number;
      readonly key: string;
    };

export const inboxKinds = {
  address: facets.recipient,
  domain: facets.domain,
  user: facets.user,
  named: facets.named,
} as const satisfies Readonly<Record<InboxKind, number>>;

/** `null` when no inbox can have this id. */
export function parseInboxId(id: string): InboxRef | null {
  if (/^[0-9a-f]{12}$/.test(id)) return { kind: 'named', id };
  const colon = id.indexOf(':');
  const value = id.slice(colon + 1);
  if (value === '' || id.length > idCharactersMax) return null;
  switch (id.slice(0, Math.max(colon, 0))) {
    case 'address':
      if (value.startsWith('@')) return null;
      return { kind: 'address', value, facet: facets.recipient, key: addressKey(value) };
    case 'domain':
      if (value.includes('@')) return null;
      return { kind: 'domain', value, facet: facets.domain, key: foldCase(value) };
    case 'user':
      return { kind: 'user', value, facet: facets.user, key: foldCase(value) };
    default:
      return null;
  }
}

/** Equal inboxes have equal ids; `null` for a facet that is no inbox. */
export function inboxId(facet: number, key: string): string | null {
  switch (facet) {
    case facets.recipient:
      return `address:${addressOf(key)}`;
    case facets.domain:
      return `domain:${key}`;
    case facets.user:
      return `user:${key}`;
    case facets.named:
      return key.slice(0, key.indexOf('.'));
    default:
      return null;
  }
}

/** What `addressKey` was made of, in small letters. */
export function addressOf(key: string): string {
  const space = key.indexOf(' ');
  const local = key.slice(space + 1);
  return local === '' ? key.slice(0, space) : `${local}@${key.slice(0, space)}`;
}
