/**
 * Which messages an inbox has: those of any of its keys. Written as text a key is an address, a
 * domain (`@acme.test`) or an SMTP user (`user:billing`); so it stands in `inboxOf` and in
 * `GET /api/wait?inbox=…`, there with commas between several.
 */
import type { Filter } from '../../db/types.ts';

export type InboxKey =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'user'; readonly user: string };

export interface Scope {
  /** `null`: every message. An inbox may learn of further addresses of its own. */
  readonly keys: readonly InboxKey[] | null;
  /** For people, and what tells the claims of one inbox from those of another. */
  readonly name: string;
  /** When the inbox was made; what was before cannot be of interest to it. `null`: it was there. */
  readonly sinceMs: number | null;
}

/** What decides about a message. */
export interface Delivery {
  /** Of the envelope. */
  readonly recipients: readonly string[];
  readonly user: string | null;
}

export const everything: Scope = { keys: null, name: 'the sink', sinceMs: null };

/** `null` when it is none of the three. */
export function parseInboxKey(text: string): InboxKey | null {
  const trimmed = text.trim();
  if (/[\s,]/.test(trimmed)) return null;
  const user = /^user:(.+)$/i.exec(trimmed)?.[1];
  if (user !== undefined) return { kind: 'user', user };
  const domain = /^@([^@]+)$/.exec(trimmed)?.[1];
  if (domain !== undefined) return { kind: 'domain', domain: domain.toLowerCase() };
  return /^.+@[^@]+$/.test(trimmed) ? { kind: 'address', address: trimmed.toLowerCase() } : null;
}

export function printInboxKey(key: InboxKey): string {
  if (key.kind === 'user') return `user:${key.user}`;
  return key.kind === 'domain' ? `@${key.domain}` : key.address;
}

export function scopeHas({ keys }: Scope, { recipients, user }: Delivery): boolean {
  return (
    keys === null ||
    keys.some((key) =>
      key.kind === 'user'
        ? user !== null && user.toLowerCase() === key.user.toLowerCase()
        : recipients.some((recipient) => sameAddress(recipient, printInboxKey(key))),
    )
  );
}

/** Whole addresses, whatever their case; `@acme.test` is every address there. */
export function sameAddress(address: string, wanted: string): boolean {
  const lower = address.toLowerCase();
  const lowerWanted = wanted.toLowerCase();
  return lowerWanted.startsWith('@')
    ? lower.slice(lower.lastIndexOf('@')) === lowerWanted
    : lower === lowerWanted;
}

export function scopeFilter({ keys }: Scope): Filter | null {
  if (keys === null) return null;
  const any = keys.map(
    (key): Filter =>
      key.kind === 'user'
        ? { kind: 'user', user: key.user }
        : { kind: 'address', field: 'recipient', address: printInboxKey(key) },
  );
  return { kind: 'or', any };
}
