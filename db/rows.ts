/** Records as rows and back. JSON where a value is only ever shown, columns where it is asked for. */
import { type FlatLines, flatLines, toLines } from './dialogue-lines.ts';
import type { Statement } from './driver.ts';
import type {
  Envelope,
  Mailbox,
  MessageSummary,
  NewMessage,
  ReadingResult,
  ReadingState,
  StoredMessage,
} from './types.ts';

/** Forward paths and header mailboxes that a summary shows of each list. */
export const summaryListMax = 20;

const states: readonly ReadingState[] = ['pending', 'ready', 'unreadable'];

/** A message ready to be inserted: the octets in one piece, the rest as SQLite stores it. */
export interface AppendRow {
  readonly id: string;
  readonly receivedAtMs: number;
  readonly sizeBytes: number;
  readonly reversePath: string;
  readonly forwardPaths: string;
  readonly recipientCount: number;
  readonly tls: 0 | 1;
  readonly authUser: string | null;
  readonly listener: string;
  readonly trace: string;
  readonly raw: Uint8Array;
}

export function toAppendRow(message: NewMessage, raw: Uint8Array): AppendRow {
  const { envelope, origin } = message;
  const firstPaths = envelope.forwardPaths.slice(0, summaryListMax).map((path) => path.address);
  return {
    id: message.id,
    receivedAtMs: message.receivedAtMs,
    sizeBytes: message.sizeBytes,
    reversePath: envelope.reversePath,
    forwardPaths: JSON.stringify(firstPaths),
    recipientCount: envelope.forwardPaths.length,
    tls: origin.tls === null ? 0 : 1,
    authUser: origin.authUser,
    listener: origin.listener,
    trace: traceText(message),
    raw,
  };
}

/** What is recorded beside a message and not shown in lists. */
export type Trace = Pick<StoredMessage, 'envelope' | 'origin' | 'timings' | 'wire'> & {
  readonly dialogue: FlatLines;
};

/** Two lines of JSON: what reading needs, and what is shown of one message, which is most of it. */
function traceText({ envelope, wire, origin, timings, dialogue }: NewMessage): string {
  const forReading: ReadingTrace = { envelope, wire };
  const others = { origin, timings, dialogue: flatLines(dialogue) };
  return `${JSON.stringify(forReading)}\n${JSON.stringify(others)}`;
}

export type ReadingTrace = Pick<Trace, 'envelope' | 'wire'>;

/** The first line of a trace, in SQL. */
export const readingTraceColumn = 'substr(trace, 1, instr(trace, char(10)) - 1)';

// Both written by `traceText` and by nothing else.
export function parseReadingTrace(json: string): ReadingTrace {
  return JSON.parse(json) as ReadingTrace;
}

export function parseTrace(text: string): Trace {
  const end = text.indexOf('\n');
  const others = JSON.parse(text.slice(end + 1)) as Omit<Trace, keyof ReadingTrace>;
  return { ...parseReadingTrace(text.slice(0, end)), ...others };
}

interface HeaderMailboxes {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
}

const noMailboxes: HeaderMailboxes = { to: [], cc: [], bcc: [], replyTo: [] };

/** Characters of one text in a summary; the octets and the index have all of it. */
export const summaryCharactersMax = 1_000;

/** At most so many UTF-16 units, never half a character. */
function cutText(text: string): string {
  if (text.length <= summaryCharactersMax) return text;
  const last = text.charCodeAt(summaryCharactersMax - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, summaryCharactersMax - (isHalf ? 1 : 0));
}

function headerMailboxesJson(reading: HeaderMailboxes): string | null {
  const { to, cc, bcc, replyTo } = reading;
  if (to.length + cc.length + bcc.length + replyTo.length === 0) return null;
  const first = (mailboxes: readonly Mailbox[]): readonly Mailbox[] =>
    mailboxes
      .slice(0, summaryListMax)
      .map(({ name, address }) => ({ name: cutText(name), address: cutText(address) }));
  return JSON.stringify({ to: first(to), cc: first(cc), bcc: first(bcc), replyTo: first(replyTo) });
}

/** What the reader found, as the columns of `message` that wait for it, in the order of filing. */
export function readingColumns(reading: Omit<ReadingResult, 'indexText'>, tags: string | null) {
  return {
    state: states.indexOf(reading.state),
    from_name: reading.from === null ? null : cutText(reading.from.name),
    from_address: reading.from === null ? null : cutText(reading.from.address),
    header_mailboxes: headerMailboxesJson(reading),
    subject: cutText(reading.subject),
    snippet: reading.snippet,
    message_id: cutText(reading.messageId),
    date_ms: reading.dateMs,
    attachment_count: reading.attachmentCount,
    problem_count: reading.problemCount,
    tags,
  } satisfies Partial<SummaryRow>;
}

/** Columns of `message AS m` and `live_message AS l`, in the order of `SummaryRow`. */
export const summaryColumns = `m.seq, m.id, m.received_at_ms, m.size_bytes, m.state, l.is_read,
  m.reverse_path, m.forward_paths, m.recipient_count, m.tls, m.auth_user, m.listener,
  m.from_name, m.from_address, m.header_mailboxes, m.subject, m.snippet, m.message_id, m.date_ms,
  m.attachment_count, m.problem_count, m.tags`;

export interface SummaryRow {
  readonly seq: number;
  readonly id: string;
  readonly received_at_ms: number;
  readonly size_bytes: number;
  readonly state: number;
  readonly is_read: number;
  readonly reverse_path: string;
  readonly forward_paths: string;
  readonly recipient_count: number;
  readonly tls: number;
  readonly auth_user: string | null;
  readonly listener: MessageSummary['listener'];
  readonly from_name: string | null;
  readonly from_address: string | null;
  readonly header_mailboxes: string | null;
  readonly subject: string;
  readonly snippet: string;
  readonly message_id: string;
  readonly date_ms: number | null;
  readonly attachment_count: number;
  readonly problem_count: number;
  readonly tags: string | null;
}

type ReadingColumns = ReturnType<typeof readingColumns>;

/** What is written with the message itself, and the rest, which are one row or come apart. */
export function toSummary(
  row: Omit<SummaryRow, keyof ReadingColumns | 'is_read'>,
  filed: Pick<SummaryRow, keyof ReadingColumns>,
  isRead: number,
): MessageSummary {
  const mailboxes: HeaderMailboxes =
    filed.header_mailboxes === null ? noMailboxes : JSON.parse(filed.header_mailboxes);
  return {
    id: row.id,
    seq: row.seq,
    receivedAtMs: row.received_at_ms,
    sizeBytes: row.size_bytes,
    state: states[filed.state] ?? 'unreadable',
    isRead: isRead === 1,
    reversePath: row.reverse_path,
    forwardPaths: JSON.parse(row.forward_paths),
    recipientCount: row.recipient_count,
    from:
      filed.from_address === null
        ? null
        : { name: filed.from_name ?? '', address: filed.from_address },
    to: mailboxes.to,
    cc: mailboxes.cc,
    bcc: mailboxes.bcc,
    replyTo: mailboxes.replyTo,
    subject: filed.subject,
    snippet: filed.snippet,
    messageId: filed.message_id,
    dateMs: filed.date_ms,
    attachmentCount: filed.attachment_count,
    problemCount: filed.problem_count,
    tags: filed.tags === null ? [] : JSON.parse(filed.tags),
    tls: row.tls === 1,
    authUser: row.auth_user,
    listener: row.listener,
  };
}

export interface StoredRow extends SummaryRow {
  readonly trace: string;
  readonly commit_ms: number | null;
}

export function toStoredMessage(row: StoredRow): StoredMessage {
  const trace = parseTrace(row.trace);
  return {
    ...toSummary(row, row, row.is_read),
    ...trace,
    dialogue: toLines(trace.dialogue),
    timings: { ...trace.timings, commitMs: row.commit_ms ?? trace.timings.commitMs },
  };
}

/** The columns of the index, in the order of the table; `words.ts` names them. */
export function indexColumns(
  reading: Omit<ReadingResult, 'indexText'>,
  envelope: Envelope,
  indexText: string,
): readonly string[] {
  return [
    reading.subject,
    reading.from === null ? '' : mailboxWords(reading.from),
    mailboxesWords(reading.to),
    mailboxesWords(reading.cc),
    mailboxesWords(reading.bcc),
    mailboxesWords(reading.replyTo),
    [envelope.reversePath, ...envelope.forwardPaths.map((path) => path.address)].join('\n'),
    indexText,
  ];
}

function mailboxesWords(mailboxes: readonly Mailbox[]): string {
  return mailboxes.map(mailboxWords).join('\n');
}

function mailboxWords(mailbox: Mailbox): string {
  return `${mailbox.name} ${mailbox.address}`;
}

/** Rows of a statement as the shape its SELECT was written for: the boundary where SQL gets types. */
export function allRows<Row>(statement: Statement, ...values: readonly unknown[]): readonly Row[] {
  return statement.all(...values) as readonly Row[];
}

export function firstRow<Row>(statement: Statement, ...values: readonly unknown[]): Row | null {
  return (statement.get(...values) as Row | undefined) ?? null;
}
