/** What is committed and waits to be read, for the one who reads it. */
import { wordColumns } from './arrived-words.ts';
import type { Database, Statement } from './driver.ts';
import {
  allRows,
  firstRow,
  parseReadingTrace,
  type ReadingTrace,
  readingTraceColumn,
} from './rows.ts';
import { prepareTally, readTally, type Tally } from './tally.ts';
import type { Envelope, Filter, MessageSummary, WireFacts } from './types.ts';

/** The columns that are written with the message itself and never change. */
export interface CommittedRow {
  readonly seq: number;
  readonly id: string;
  readonly received_at_ms: number;
  readonly size_bytes: number;
  readonly reverse_path: string;
  readonly forward_paths: string;
  readonly recipient_count: number;
  readonly tls: number;
  readonly auth_user: string | null;
  readonly listener: MessageSummary['listener'];
}

export interface PendingContent {
  readonly envelope: Envelope;
  readonly wire: WireFacts;
  readonly raw: Uint8Array;
}

const sql = {
  after: `SELECT seq, id, received_at_ms, size_bytes, reverse_path, forward_paths, recipient_count,
      tls, auth_user, listener
    FROM message WHERE seq > ? ORDER BY seq LIMIT ?`,
  content: `SELECT ${readingTraceColumn} AS trace, raw
    FROM message_trace JOIN message_raw USING (seq) WHERE seq = ?`,
  inboxes: 'SELECT filter FROM named_inbox',
} as const;

export class PendingMessages {
  readonly #after: Statement;
  readonly #content: Statement;
  readonly #tally: Statement;
  readonly #inboxes: Statement;

  constructor(database: Database) {
    this.#after = database.prepare(sql.after);
    this.#content = database.prepare(sql.content);
    this.#tally = prepareTally(database);
    this.#inboxes = database.prepare(sql.inboxes);
  }

  tally(): Tally {
    return readTally(this.#tally);
  }

  /** In order of seq. */
  after(seq: number, countMax: number): readonly CommittedRow[] {
    return allRows<CommittedRow>(this.#after, seq, countMax);
  }

  /** Whether an inbox asks for words, which have to be brought along to the filing then. */
  wantsWords(): boolean {
    return allRows<{ filter: string }>(this.#inboxes).some(
      ({ filter }) => wordColumns(JSON.parse(filter) as Filter).length > 0,
    );
  }

  content(seq: number): PendingContent {
    const found = firstRow<{ trace: string; raw: Buffer }>(this.#content, seq);
    const { envelope, wire } = traceOrNothing(found?.trace ?? '');
    return { envelope, wire, raw: found?.raw ?? new Uint8Array() };
  }
}

/** A trace that is damaged must not keep the messages after it from being read. */
function traceOrNothing(json: string): ReadingTrace {
  try {
    return parseReadingTrace(json);
  } catch {
    return {
      envelope: { reversePath: '', forwardPaths: [], parameters: {} },
      wire: { bareLfCount: 0, bareCrCount: 0, via: null },
    };
  }
}
