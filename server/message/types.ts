/** What the reader finds in the raw octets of a message. See `read-message.ts`. */
import type { Mailbox } from '../../db/types.ts';

/** Offsets are octets from the start of the raw message; `end` is exclusive. */
export interface Part {
  /** `''` for the message itself, then `1`, `1.2`… as IMAP numbers them (RFC 9051 §6.4.5). */
  readonly path: string;
  /** Lower case: `text/html`. */
  readonly mediaType: string;
  /** Of Content-Type, names in lower case. Has no prototype: `__proto__` is a key like any other. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly disposition: 'inline' | 'attachment' | null;
  /** As shown; never used as a path. */
  readonly fileName: string | null;
  /** Without angle brackets. */
  readonly contentId: string | null;
  /** Lower case, `7bit` when there is none. */
  readonly transferEncoding: string;
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly children: readonly Part[];
  /** What the part is to a reader. */
  readonly role: 'container' | 'text' | 'html' | 'inline' | 'attachment';
}

export interface HeaderField {
  readonly name: string;
  /** Decoded and unfolded, for people. */
  readonly value: string;
  /** Unfolded, still encoded. */
  readonly rawValue: string;
}

/** Something a sender should mend; `source` names the clause. */
export interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** One sentence: what is wrong, and what it leads to. */
  readonly text: string;
  /** `RFC 5322 §3.6`. */
  readonly source: string;
  /** Where, when it can be said: a part path or a line number. */
  readonly where: string | null;
}

export interface ReadMessage {
  readonly headerFields: readonly HeaderField[];
  readonly subject: string;
  readonly from: readonly Mailbox[];
  readonly sender: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  /** Without angle brackets, `''` when there is none. */
  readonly messageId: string;
  readonly dateMs: number | null;
  readonly tags: readonly string[];
  readonly root: Part;
  /** Structure only: limits reached, boundaries missing. `findProblems` has all of them. */
  readonly problems: readonly Problem[];
}
