/**
 * Inboxes: lists of messages that people and tests look at by themselves, each with its own counts
 * and retention. Every address and every domain that a message was delivered to is one, and every
 * SMTP user; these need no set-up. A named one is a search that somebody gave a name: a message is
 * looked at once, when it is filed, and belongs or does not.
 *
 * A message may be in several. It is stored once: what removes it from one inbox, by hand or by
 * retention, removes it from all.
 */
import type { Filter } from './types.ts';

export type InboxKind = 'named' | 'address' | 'domain' | 'user';

/** Limits of one inbox beside those of the store; the strictest one decides. 0 = no limit. */
export interface InboxRetention {
  readonly messagesMax: number;
  readonly ageMsMax: number;
}

export interface Inbox {
  /** `address:ann@example.test`, `domain:example.test`, `user:web`, or 12 digits of a named one. */
  readonly id: string;
  readonly kind: InboxKind;
  readonly name: string;
  /** Of a named one, as typed. */
  readonly query: string | null;
  readonly count: number;
  readonly unread: number;
  readonly retention: InboxRetention;
  /** Share of the messages from before it was made that have been looked at: 1 when all have. */
  readonly filledShare: number;
  readonly createdAtMs: number | null;
}

export interface InboxQuery {
  /** Of none: of all kinds. */
  readonly kinds: readonly InboxKind[];
  /** Part of the name; case does not count. `''`: any. */
  readonly text: string;
  /** Named ones come first in either; then the fullest, or by name. */
  readonly order: 'busiest' | 'name';
  /** 1 to 500. */
  readonly limit: number;
  readonly after: InboxCursor | null;
}

/** The last inbox of a page. Counts move: only pages by name show each inbox exactly once. */
export interface InboxCursor {
  readonly facet: number;
  readonly key: string;
  readonly name: string;
  readonly count: number;
}

export interface InboxPage {
  readonly inboxes: readonly Inbox[];
  readonly next: InboxCursor | null;
  /** Inboxes that the query matches. */
  readonly matched: number;
}

export interface NewInbox {
  readonly name: string;
  readonly query: string;
  /** What the query means. Of what changes once a message is filed, it may ask for tags alone. */
  readonly filter: Filter;
  readonly retention: InboxRetention;
}

/** What is left out stays as it is. Name and query are of named ones only. */
export interface InboxChange {
  readonly name?: string;
  readonly search?: { readonly query: string; readonly filter: Filter };
  readonly retention?: InboxRetention;
}

/** `limits`: as many inboxes with limits of their own as there may be. */
export type InboxRefusal = 'nameTaken' | 'tooMany' | 'unknown' | 'limits';

export type InboxOutcome =
  | { readonly kind: 'saved'; readonly id: string }
  | { readonly kind: 'refused'; readonly refusal: InboxRefusal };

/** Named inboxes in one store. */
export const namedInboxesMax = 100;
/** Addresses, domains and users with limits of their own. */
export const limitedInboxesMax = 200;

export interface InboxStore {
  listInboxes(query: InboxQuery): Promise<InboxPage>;
  /** Of an address, domain or user without messages: an empty one. */
  getInbox(id: string): Promise<Inbox | null>;
  /** Returns at once; what was there before is looked through afterwards, in slices. */
  createInbox(inbox: NewInbox): Promise<InboxOutcome>;
  changeInbox(id: string, change: InboxChange): Promise<InboxOutcome>;
  /** Of a named one; its messages stay. False when there is none. */
  deleteInbox(id: string): Promise<boolean>;
}
