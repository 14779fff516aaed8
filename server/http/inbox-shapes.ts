/** Inboxes as they cross HTTP; see `shapes.ts` for the manner and `db/inbox-types.ts` for what they are. */
import { z } from 'zod';
import { line, messageSummary } from './shapes.ts';

const count = z.int().min(0);

export const inboxKind = z.enum(['named', 'address', 'domain', 'user']);

/** 0 = no limit, for each. Beyond a limit the oldest go from the store, also from other inboxes. */
export const inboxRetention = z.strictObject({
  messagesMax: z.int().min(0).max(10_000_000),
  ageMsMax: z
    .int()
    .min(0)
    .max(10 * 366 * 86_400_000),
});

export const inbox = z.object({
  /** `address:ann@example.test`, `domain:example.test`, `user:web`, or that of a named one. */
  id: z.string(),
  kind: inboxKind,
  name: z.string(),
  /** The search of a named one. */
  query: z.string().nullable(),
  count,
  unread: count,
  retention: inboxRetention,
  /** Below 1 while messages from before it was made are still being looked through. */
  filledShare: z.number().min(0).max(1),
  createdAt: z.iso.datetime().nullable(),
});

export const inboxPage = z.object({
  /** Named ones first. */
  inboxes: z.array(inbox),
  /** Give it back as `cursor` for the next page; `null` at the end. */
  nextCursor: z.string().nullable(),
  matched: count,
});

/** Never what an id looks like. */
const inboxName = line(64)
  .regex(/^\S(?:.*\S)?$/u, 'must not begin or end with a space')
  .refine((name) => !/^[0-9a-f]{12}$/i.test(name), 'must not look like the id of an inbox');

/** A search, without is:read, is:unread and ages such as after:2d. */
const inboxSearch = z.string().min(1).max(1_000);

export const newInbox = z.strictObject({
  name: inboxName,
  query: inboxSearch,
  retention: inboxRetention.optional(),
});

/** At least one. Of an address, domain or user only `retention`. */
export const inboxChange = z
  .strictObject({
    name: inboxName.optional(),
    query: inboxSearch.optional(),
    retention: inboxRetention.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    message: 'must have name, query or retention',
  });

export const inboxMessagesChange = z.strictObject({ isRead: z.boolean() });

/** The data of `message` and `message-updated`. */
export const placedMessage = messageSummary.extend({
  /** Ids of the named inboxes that it is in. */
  inboxes: z.array(z.string()),
});

export type InboxShape = z.infer<typeof inbox>;
export type InboxPageShape = z.infer<typeof inboxPage>;
export type InboxKindShape = z.infer<typeof inboxKind>;
export type NewInboxShape = z.infer<typeof newInbox>;
export type InboxChangeShape = z.infer<typeof inboxChange>;
export type InboxRetentionShape = z.infer<typeof inboxRetention>;
export type PlacedMessageShape = z.infer<typeof placedMessage>;
