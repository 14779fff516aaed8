/**
 * The library for test suites: one set of names, whether the sink runs inside the test
 * (`startSink`) or the test talks to a running server (`attachSink`).
 *
 * Times are `Date` or milliseconds (`…Ms`), sizes octets (`…Bytes`); what is absent is `null`.
 */
import type { RecordedOutcome } from '../../db/session-types.ts';
import type { Mailbox, TlsFacts } from '../../db/types.ts';
import type { FaultHit, FaultSpec, FaultWhere } from '../faults/types.ts';
import type { FoundCode, FoundLink } from '../message/codes-and-links.ts';
import type { Problem } from '../message/types.ts';

export type {
  FaultHit,
  FaultSpec,
  FaultWhere,
  FoundCode,
  FoundLink,
  Mailbox,
  Problem,
  RecordedOutcome,
  TlsFacts,
};

// Start and attach

export interface SinkOptions {
  /** `127.0.0.1` unless given. */
  readonly host?: string;
  /** 0, which is any free port, unless given. */
  readonly port?: number;
  /**
   * `offered`: STARTTLS with a throw-away CA, made at the first use (`sink.ca`) · `required`: mail
   * is refused before STARTTLS · `implicit`: TLS from the first octet · `off`. Offered unless given.
   */
  readonly tls?: 'off' | 'offered' | 'required' | 'implicit';
  /**
   * `any`: whatever user and password · `off`: AUTH is not offered · `required`: no mail without a
   * login, any will do · a list: only these. Any unless given.
   */
  readonly auth?:
    | 'any'
    | 'off'
    | 'required'
    | readonly { readonly user: string; readonly password: string }[];
  readonly limits?: {
    /** 10 MiB unless given. */
    readonly messageBytes?: number;
    /** Of one message; 1,000 unless given. */
    readonly recipients?: number;
    /** At a time; 100 unless given. */
    readonly connections?: number;
  };
  /** A file keeps the mail; in memory unless given. */
  readonly store?: 'memory' | { readonly file: string };
  /** The page and the HTTP API, on any free port or the one given. Not loaded unless asked for. */
  readonly web?: boolean | { readonly port?: number };
  /** How long calls wait; `PRIXFIXE_WAIT_MS` or 5,000 unless given. */
  readonly waitMs?: number;
  /** Where `inbox()` makes its addresses: below this domain, `inbox.test` unless given. */
  readonly inboxDomain?: string;
  /** Stops the sink. */
  readonly signal?: AbortSignal;
}

export interface AttachOptions {
  /** For a server with `--http-auth`; may stand in the URL instead. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** As in `SinkOptions`. */
  readonly waitMs?: number;
  /** As in `SinkOptions`. */
  readonly inboxDomain?: string;
  /** Detaches the sink. */
  readonly signal?: AbortSignal;
}

export interface Sink extends Receiver, AsyncDisposable {
  /** For SMTP clients. */
  readonly host: string;
  readonly port: number;
  /** `smtp://127.0.0.1:49213`, or `smtps://` with implicit TLS. */
  readonly url: string;
  /** `http://127.0.0.1:8025`; `null` without the page. */
  readonly webUrl: string | null;
  /** The CA that clients have to trust, PEM. `null` without TLS, or with a certificate of your own. */
  readonly ca: string | null;
  /** True when others may use the server too: it was attached to, not started. */
  readonly isShared: boolean;
  /** Options for `nodemailer.createTransport`; yours come last. */
  nodemailer<Extra extends object = object>(extra?: Extra): NodemailerOptions & Extra;
  /** `SMTP_URL`, `SMTP_HOST`, `SMTP_PORT`, and `PRIXFIXE_URL` with the page. The prefix is yours. */
  env(prefix?: string): Record<string, string>;
  /**
   * A new inbox with an address and a login of its own at each call. The label is for people: it
   * becomes the left side of the address.
   */
  inbox(label?: string, options?: InboxOptions): Inbox;
  /**
   * Existing mail: of an address, of a domain (`@acme.test`), or of an SMTP user (`user:billing`).
   * Others may use the same.
   */
  inboxOf(who: string): Inbox;
  /** Every connection, also those that brought no mail. */
  readonly sessions: Sessions;
  /** Rules for the whole server; those of an inbox are `inbox.faults`. */
  readonly faults: Faults;
  /**
   * Resolves when nothing is under way: see `SettleOptions` for what that proves. Rejects with a
   * `NotSettledError` that names who is still busy.
   */
  settle(options?: SettleOptions): Promise<void>;
  /** Forgets mail, sessions, claims and faults; the listener stays. On a shared sink only with `force`. */
  reset(options?: { readonly force?: boolean }): Promise<void>;
  /** Deletes all mail; returns how many. On a shared sink only with `force`. */
  clear(options?: { readonly force?: boolean }): Promise<number>;
  /**
   * Lets replies in flight finish for `graceMs` (50), drops idle clients at once; what still waits
   * rejects. A server that was attached to goes on without this sink.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

export interface NodemailerOptions {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly tls?: { readonly ca: string; readonly servername: string };
}

export interface InboxOptions {
  /**
   * Makes the address in this very domain, for applications that take only some. Then only the
   * address and its aliases are the inbox; without it, every address of a domain of its own is.
   */
  readonly domain?: string;
}

/** Disposing deletes the mail of this inbox and nothing else. */
export interface Inbox extends Receiver, AsyncDisposable {
  /** `signup@k3v9x2.inbox.test`; of a domain or a user: how it was named. */
  readonly address: string;
  /** A login that leads here too, whatever the recipients. `''` where there is none. */
  readonly user: string;
  readonly pass: string;
  /** `signup+news@k3v9x2.inbox.test`: arrives here as well. */
  alias(tag: string): string;
  /** Rules that only mail for this inbox meets, from `rcpt` on. */
  readonly faults: Faults;
}

// Receive

/**
 * `next` and `nextN` claim: a message is handed out once. Claims belong to the inbox, so a message
 * to two inboxes can be claimed in both; the sink itself counts as one inbox that has everything.
 */
export interface Receiver {
  /**
   * The oldest message that matches and was not claimed, whether it is there or comes in time.
   * Rejects with a `MailTimeoutError` that says why not.
   */
  next(match?: MailMatch, wait?: Wait): Promise<Mail>;
  /** The same for several at once: all of them are claimed, or none. */
  nextN(count: number, match?: MailMatch, wait?: Wait): Promise<readonly Mail[]>;
  /** As `next`, without the claim. */
  peek(match?: MailMatch, wait?: Wait): Promise<Mail>;
  /** What is there now, claimed or not, the oldest first; at most 1,000. */
  all(match?: MailMatch): Promise<readonly Mail[]>;
  /**
   * Rejects with an `UnexpectedMailError` when there is, or is just coming in, an unclaimed message
   * that matches. It waits for no time to pass but for everything that was under way: see
   * `SettleOptions`.
   */
  none(match?: MailMatch, options?: SettleOptions): Promise<void>;
  /** Runs `act` and claims the message that comes of it; what was there before does not count. */
  during<T>(
    act: () => T | Promise<T>,
    match?: MailMatch,
    wait?: Wait,
  ): Promise<{ readonly value: T; readonly mail: Mail }>;
  /** Every message that matches, as it comes; claims nothing. Ends with the signal or the sink. */
  stream(match?: MailMatch, options?: StreamOptions): AsyncIterableIterator<Mail>;
  /** Deletes the messages; returns how many. */
  clear(): Promise<number>;
}

/** A number is `timeoutMs`. */
export type Wait = number | WaitOptions;

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** What the test was doing, for the error. */
  readonly because?: string;
}

export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** `start`, unless given: what is there comes first. `now`: only what is accepted from now on. */
  readonly from?: 'now' | 'start';
}

/**
 * What it proves: whatever had reached this machine's network stack before the call was read and
 * answered, every message begun by then was stored or refused, and is part of the answer. A client
 * that is between two steps is waited for; one that keeps a connection and has been silent for
 * `quietMs` is not. What an application has only planned, nobody can know.
 */
export interface SettleOptions {
  /** How long an open connection must have been silent, counted from its last octet; 100. */
  readonly quietMs?: number;
  /** How long to wait for clients that are busy; `waitMs` of the sink unless given. */
  readonly timeoutMs?: number;
}

/** All that are given must hold. */
export interface MailMatch {
  /** Recipients of the envelope, so Bcc counts. */
  readonly to?: AddressMatch;
  /** The To and Cc fields. */
  readonly headerTo?: AddressMatch;
  /** The From field. */
  readonly from?: AddressMatch;
  /** MAIL FROM of the envelope. */
  readonly sender?: AddressMatch;
  /** The SMTP user. */
  readonly user?: string;
  readonly subject?: TextMatch;
  /** The text, and the HTML as text. */
  readonly body?: TextMatch;
  /** By name; `true`: it is there. */
  readonly header?: Readonly<Record<string, TextMatch | true>>;
  /** File name of an attachment; `true`: there is one. */
  readonly attachment?: TextMatch | true;
  /** Received at this moment or later, or after this message. */
  readonly since?: Date | Mail | string;
  readonly where?: (mail: Mail) => boolean;
}

/** A string is found anywhere, whatever its case; `{ is }` has to be the whole, case and all. */
export type TextMatch = string | RegExp | { readonly is: string } | ((value: string) => boolean);

/** A string is the whole address, whatever its case; `@acme.test` is every address there. */
export type AddressMatch = string | RegExp | ((address: string) => boolean);

// One message

export interface Mail {
  readonly id: string;
  /** By the server's clock. */
  readonly receivedAt: Date;
  /** The Date field; `null` when there is none that can be read. */
  readonly sentAt: Date | null;
  readonly envelope: MailEnvelope;
  readonly from: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  /** The text body; without one, the HTML as text. */
  readonly text: string;
  readonly html: string | null;
  readonly headers: MailHeaders;
  /** Without the images that the HTML shows inside itself. */
  readonly attachments: readonly Attachment[];
  /** Octet for octet as it was sent. */
  readonly raw: Uint8Array;
  readonly timings: MailTimings;
  readonly session: SessionRef;
  /** Where a browser shows it; `null` without the page. */
  readonly webUrl: string | null;
  /**
   * The one link that is meant: without `which` the only one to act on, a string is part of its
   * text or URL. Throws a `MailContentError` that lists the candidates when there are several, or
   * none.
   */
  link(which?: LinkMatch): URL;
  /** Those to act on first, then others, unsubscribing, tracking. */
  links(): readonly FoundLink[];
  /** The one code that is meant, as a person would type it; otherwise as `link`. */
  code(which?: CodeMatch): string;
  /** The most likely first, also unlikely ones: see `confidence`. */
  codes(): readonly FoundCode[];
  /** The one attachment of this name; otherwise as `link`. */
  attachment(name?: TextMatch): Attachment;
  /** What its sender should mend (RFC 5322, RFC 2045). */
  problems(): readonly Problem[];
  /** As text that is the same in every run: times, ids, boundaries, tokens and ports masked. */
  snapshot(options?: { readonly mask?: readonly RegExp[] }): string;
}

export interface MailEnvelope {
  /** `''` is the null reverse-path of bounces. */
  readonly from: string;
  readonly to: readonly string[];
  readonly ehloName: string;
  /** `127.0.0.1:51822`. */
  readonly client: string;
  readonly user: string | null;
  readonly tls: TlsFacts | null;
  /** Of MAIL: SIZE, BODY, SMTPUTF8… */
  readonly parameters: Readonly<Record<string, string | true>>;
}

export interface MailHeaders {
  /** Decoded; the first of that name, whatever its case. `null` when there is none. */
  get(name: string): string | null;
  getAll(name: string): readonly string[];
  has(name: string): boolean;
  /** In the order of the message. */
  entries(): readonly (readonly [name: string, value: string])[];
}

/** How long each step took; one that did not happen is `null`. */
export interface MailTimings {
  /** From the accepted connection to MAIL. */
  readonly connectedMs: number | null;
  /** The handshake. */
  readonly tlsMs: number | null;
  readonly authMs: number | null;
  /** From MAIL to the reply that invites the message. */
  readonly envelopeMs: number | null;
  /** From that reply to the last octet of the message. */
  readonly dataMs: number | null;
  /** From the last octet until it was stored. */
  readonly commitMs: number | null;
}

export interface SessionRef {
  readonly id: string;
  readonly webUrl: string | null;
  /** From the greeting to this message, secrets masked. */
  transcript(): string;
}

export type LinkMatch =
  | string
  | RegExp
  | { readonly text?: TextMatch; readonly host?: string; readonly path?: TextMatch };

export type CodeMatch =
  | RegExp
  | {
      /** That many, and nothing but digits. */
      readonly digits?: number;
      /** In the words round it. */
      readonly near?: TextMatch;
    };

export interface Attachment {
  /** `''` when it has none. */
  readonly name: string;
  /** `application/pdf`. */
  readonly type: string;
  readonly disposition: 'inline' | 'attachment' | null;
  readonly contentId: string | null;
  readonly sizeBytes: number;
  bytes(): Uint8Array;
  /** By its charset. */
  text(): string;
  json<T = unknown>(): T;
  sha256(): string;
}

// Failing on purpose

/** A rule says where (`at`), for whom (`where`), how often (`when`) and what (`effect`); FAULTS.md. */
export interface Faults {
  /** Resolves once it is armed. Rejects when the rule says something that cannot be. */
  add(spec: FaultSpec): Promise<Fault>;
  /** All rules of a trouble that has a name, or none: `mailbox-full`, `slow-network`, `greylisting`… */
  scenario(name: string, where?: FaultWhere): Promise<readonly Fault[]>;
  /** Takes away what was added here; returns how many rules. */
  clear(): Promise<number>;
}

/** Disposing takes it away; with `mustFire` it rejects when it never fired. */
export interface Fault extends AsyncDisposable {
  readonly id: string;
  /** With the seed that was drawn. */
  readonly spec: FaultSpec;
  /** The newest 100, the oldest first. */
  hits(): Promise<readonly FaultHit[]>;
  /** Resolves once it has fired `count` times (1), with its hits. */
  fired(count?: number, wait?: Wait): Promise<readonly FaultHit[]>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  remove(): Promise<void>;
}

// What happened on the wire

export interface Sessions {
  /** The newest 1,000, the oldest first; open ones too. */
  all(match?: SessionMatch): Promise<readonly Session[]>;
  /** The oldest that has ended, matches and was not handed out; also one that brought no mail. */
  next(match?: SessionMatch, wait?: Wait): Promise<Session>;
}

export interface SessionMatch {
  readonly outcome?: RecordedOutcome;
  readonly user?: string;
  /** Somewhere in its transcript, EHLO name or user. */
  readonly text?: string;
  readonly where?: (session: Session) => boolean;
}

export interface Session {
  readonly id: string;
  /** `127.0.0.1:51822`. */
  readonly client: string;
  readonly startedAt: Date;
  /** `null` while it is open. */
  readonly endedAt: Date | null;
  readonly outcome: RecordedOutcome;
  readonly ehloName: string;
  readonly user: string | null;
  readonly tls: TlsFacts | null;
  /** Why the handshake failed. */
  readonly tlsFailure: string | null;
  readonly messageIds: readonly string[];
  readonly bytesReceived: number;
  /** Names of the errors that happened: `auth_failed`, `timeout`… */
  readonly errors: readonly string[];
  readonly replies: readonly SessionReply[];
  readonly webUrl: string | null;
  /** Secrets masked, bodies left out. */
  transcript(): string;
}

export interface SessionReply {
  readonly verb: string;
  readonly code: number;
  /** Since the connection was accepted. */
  readonly atMs: number;
  readonly tookMs: number;
}
