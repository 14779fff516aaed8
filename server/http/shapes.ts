/**
 * Every shape that crosses HTTP, declared once: requests are validated with these schemas, the
 * OpenAPI document is made from them, and the page's types are inferred from them.
 *
 * camelCase keys, RFC 3339 times in UTC, sizes in octets, ids opaque.
 */
import { z } from 'zod';
import { recipientsMax } from '../relay/recipient.ts';

const time = z.iso.datetime();
const count = z.int().min(0);
const octets = z.int().min(0);
const duration = z.number().nullable();

export const mailbox = z.object({ name: z.string(), address: z.string() });

export const messageSummary = z.object({
  id: z.string(),
  /** Ascending in the order of acceptance. */
  seq: z.int(),
  receivedAt: time,
  sizeBytes: octets,
  state: z.enum(['pending', 'ready', 'unreadable']),
  isRead: z.boolean(),
  reversePath: z.string(),
  /** The first 20 envelope recipients. */
  forwardPaths: z.array(z.string()),
  recipientCount: count,
  from: mailbox.nullable(),
  to: z.array(mailbox),
  cc: z.array(mailbox),
  bcc: z.array(mailbox),
  replyTo: z.array(mailbox),
  subject: z.string(),
  snippet: z.string(),
  messageId: z.string(),
  date: time.nullable(),
  attachmentCount: count,
  problemCount: count,
  tags: z.array(z.string()),
  tls: z.boolean(),
  authUser: z.string().nullable(),
  listener: z.enum(['smtp', 'smtps', 'http', 'import']),
});

export const messagePage = z.object({
  messages: z.array(messageSummary),
  /** Give it back as `cursor` for the next page; `null` at the end. */
  nextCursor: z.string().nullable(),
  matched: count,
  matchedUnread: count,
  total: count,
  unread: count,
});

const esmtpParameters = z.record(z.string(), z.union([z.string(), z.literal(true)]));

export const envelope = z.object({
  reversePath: z.string(),
  forwardPaths: z.array(z.object({ address: z.string(), parameters: esmtpParameters })),
  parameters: esmtpParameters,
});

export const tlsFacts = z.object({
  protocol: z.string(),
  cipher: z.string(),
  resumed: z.boolean(),
});

export const origin = z.object({
  listener: z.enum(['smtp', 'smtps', 'http', 'import']),
  sessionId: z.string(),
  peerAddress: z.string(),
  peerPort: z.int(),
  ehloName: z.string(),
  tls: tlsFacts.nullable(),
  authUser: z.string().nullable(),
  authMechanism: z.string().nullable(),
});

export const timings = z.object({
  sessionAgeMs: duration,
  tlsMs: duration,
  authMs: duration,
  envelopeMs: duration,
  dataMs: duration,
  commitMs: duration,
});

export const dialogueLine = z.object({
  atMs: z.number(),
  /** `fault`: something that was injected; what comes of it follows. */
  from: z.enum(['client', 'server', 'note', 'fault']),
  text: z.string(),
});

export const headerField = z.object({
  name: z.string(),
  value: z.string(),
  rawValue: z.string(),
});

export const problem = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  text: z.string(),
  source: z.string(),
  where: z.string().nullable(),
});

export const part = z.object({
  path: z.string(),
  mediaType: z.string(),
  charset: z.string().nullable(),
  disposition: z.enum(['inline', 'attachment']).nullable(),
  fileName: z.string().nullable(),
  contentId: z.string().nullable(),
  transferEncoding: z.string(),
  /** As transferred, before decoding. */
  encodedBytes: octets,
  role: z.enum(['container', 'text', 'html', 'inline', 'attachment']),
  get children() {
    return z.array(part);
  },
});

/** A one-time code. From a confidence of 0.5 on it can be used without asking. */
export const foundCode = z.object({
  value: z.string(),
  written: z.string(),
  confidence: z.number().min(0).max(1),
  around: z.string(),
});

export const foundLink = z.object({
  url: z.string(),
  text: z.string(),
  rel: z.enum(['action', 'unsubscribe', 'tracking', 'other']),
  part: z.enum(['html', 'text']),
});

export const messageDetail = messageSummary.extend({
  envelope,
  origin,
  timings,
  dialogue: z.array(dialogueLine),
  headerFields: z.array(headerField),
  text: z.string().nullable(),
  /** As sent, untrusted. To show it, use `…/html`, which answers it inside a sandbox. */
  html: z.string().nullable(),
  textTruncated: z.boolean(),
  htmlTruncated: z.boolean(),
  root: part,
  problems: z.array(problem),
  codes: z.array(foundCode),
  links: z.array(foundLink),
});

export const selection = z.union([
  z.strictObject({ ids: z.array(z.string().max(64)).min(1).max(1000) }),
  z.strictObject({ query: z.string().min(1).max(1000) }),
  /** All of an inbox, or what a search finds in it. */
  z.strictObject({ inbox: z.string().min(1).max(400), query: z.string().max(1000).optional() }),
  z.strictObject({ all: z.literal(true) }),
]);

/** `ids: null`: more than a thousand; fetch again. */
export const changedMessages = z.object({ ids: z.array(z.string()).nullable() });

export const removal = z.object({
  id: z.string(),
  count,
  ids: z.array(z.string()).nullable(),
  undoUntil: time,
});

export const inboxCount = z.object({ name: z.string(), count, unread: count });

export const overview = z.object({
  total: count,
  unread: count,
  sizeBytes: octets,
  recipients: z.array(inboxCount),
  users: z.array(inboxCount),
  tags: z.array(inboxCount),
});

export const serverInfo = z.object({
  name: z.literal('prixfixe-dev'),
  version: z.string(),
  startedAt: time,
  smtp: z.object({
    host: z.string(),
    port: z.int(),
    smtpsPort: z.int().nullable(),
    hostname: z.string(),
    tls: z.enum(['off', 'offered', 'required']),
    auth: z.enum(['off', 'offered', 'required']),
    /** True when any user and password will do. */
    authAcceptsAny: z.boolean(),
    messageBytesMax: octets,
    recipientsMax: count,
    connectionsMax: count,
    listenBacklog: count,
  }),
  /** True when the certificate was made here and clients must be told to trust its CA. */
  caAvailable: z.boolean(),
  /** Where messages can be released to; `null` when nowhere. */
  relay: z
    .object({
      host: z.string(),
      port: z.int(),
      /** Patterns such as `*@example.test`; none: everybody. */
      allowed: z.array(z.string()),
      blocked: z.array(z.string()),
    })
    .nullable(),
  store: z.object({
    location: z.string(),
    fileBytes: octets,
    retention: z.object({ messagesMax: count, ageMsMax: count, bytesMax: octets }),
    prunedCount: count,
    lastPrunedAt: time.nullable(),
    pendingCount: count,
  }),
});

/** RFC 9457. `code` is stable and meant for programs; `detail` is for people. */
export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  /** With `invalid_request` and `invalid_query`: every field that is wrong. */
  fields: z
    .array(
      z.object({
        in: z.enum(['path', 'query', 'body']),
        name: z.string(),
        detail: z.string(),
        /** Of the first character meant, from 0, where the field is a search. */
        position: z.int().min(0).optional(),
      }),
    )
    .optional(),
  /** With `no_message`: why nothing came, the most likely first; `kind` is stable. */
  causes: z
    .array(
      z.object({
        kind: z.string(),
        text: z.string(),
        /** The session that shows it. */
        sessionId: z.string().nullable(),
      }),
    )
    .optional(),
});

/** Nothing was under way, and everything that was before is stored or refused. */
export const settled = z.object({ settled: z.literal(true) });

/** One line: nothing in it can break out of where it is shown or sent. */
export const line = (charactersMax: number) =>
  z
    .string()
    .min(1)
    .max(charactersMax)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');

/** At least one of the two. */
export const messageChange = z
  .strictObject({ isRead: z.boolean().optional(), tags: z.array(line(64)).max(50).optional() })
  .refine((change) => change.isRead !== undefined || change.tags !== undefined, {
    message: 'must have isRead, tags or both',
  });

export const messagesChange = z.strictObject({ selection, isRead: z.boolean() });

export const testMessageRequest = z.strictObject({
  /** Without it the message goes to an address that says what it is. */
  to: line(254).optional(),
});

export const testMessage = z.object({
  /** The Message-ID of the message; it arrives like any other. */
  messageId: z.string(),
});

export const releaseRequest = z.strictObject({
  /** `bob@example.test` or `Bob <bob@example.test>`. */
  to: z.array(line(1_000)).min(1).max(recipientsMax),
});

export const release = z.object({
  accepted: z.array(z.string()),
  /** Whom the server refused, and what it said. */
  rejected: z.array(z.object({ address: z.string(), reply: z.string() })),
});

/** The data of `messages-removed`. */
export const messagesRemoved = z.object({
  ids: z.array(z.string()).nullable(),
  /** Retention is that of the store, or that of one inbox. */
  reason: z.enum(['deleted', 'retention', 'inbox-retention']),
});

export type MailboxShape = z.infer<typeof mailbox>;
export type MessageSummaryShape = z.infer<typeof messageSummary>;
export type MessagePageShape = z.infer<typeof messagePage>;
export type MessageDetailShape = z.infer<typeof messageDetail>;
export type PartShape = z.infer<typeof part>;
export type HeaderFieldShape = z.infer<typeof headerField>;
export type ProblemShape = z.infer<typeof problem>;
export type DialogueLineShape = z.infer<typeof dialogueLine>;
export type SelectionShape = z.infer<typeof selection>;
export type RemovalShape = z.infer<typeof removal>;
export type OverviewShape = z.infer<typeof overview>;
export type InboxCountShape = z.infer<typeof inboxCount>;
export type ServerInfoShape = z.infer<typeof serverInfo>;
export type ReleaseShape = z.infer<typeof release>;
export type ChangedMessagesShape = z.infer<typeof changedMessages>;
export type MessagesRemovedShape = z.infer<typeof messagesRemoved>;
export type MessageChangeShape = z.infer<typeof messageChange>;
export type ProblemDetailsShape = z.infer<typeof problemDetails>;
