/** What is committed and not yet read, and what the reader found: as rows, as facets, as words. */
import type { Facet } from './facets.ts';
import { InboxCounts } from './inbox-counts.ts';
import type { InboxLimits } from './inbox-limits.ts';
import { inboxesOf } from './inbox-members.ts';
import { readingFacets, tagFacets } from './message-facets.ts';
import { nothingPruned, type Pruned } from './message-pruning.ts';
import type { StoreStatements } from './message-statements.ts';
import { addFacets, tagsJson } from './message-tags.ts';
import type { Arrival, NamedInboxes } from './named-inboxes.ts';
import {
  allRows,
  firstRow,
  indexColumns,
  parseTrace,
  readingColumns,
  type SummaryRow,
  type Trace,
  toSummary,
} from './rows.ts';
import type { TalliedWrites } from './tallied-writes.ts';
import type { Envelope, MessageSummary, PlacedMessage, ReadingResult, WireFacts } from './types.ts';
import { toIndexWords } from './words.ts';

/** A message that is committed and waits to be read. */
export interface PendingMessage {
  readonly seq: number;
  readonly envelope: Envelope;
  readonly wire: WireFacts;
  readonly raw: Uint8Array;
}

/** What the reader hands back, with the time the commit took when that is still known. */
export interface Filing {
  readonly reading: ReadingResult;
  readonly envelope: Envelope;
  readonly commitMs: number | null;
}

/** Before what was read is filed; not live when it has been removed meanwhile. */
type UnfiledRow = Omit<SummaryRow, 'is_read'> & { readonly is_read: number | null };

/** What came of filing some messages. */
export interface Filed {
  /** Those still live. */
  readonly messages: readonly PlacedMessage[];
  /** What went for them, by the limits of their inboxes. */
  readonly pruned: Pruned;
}

interface FiledOne extends Arrival {
  readonly facets: readonly Facet[];
  /** `null` when it has been removed meanwhile. */
  readonly summary: MessageSummary | null;
}

interface Inboxes {
  readonly named: NamedInboxes;
  readonly limits: InboxLimits;
}

export class MessageFiling {
  readonly #statements: StoreStatements;
  readonly #writes: TalliedWrites;
  readonly #inboxes: Inboxes;

  constructor(statements: StoreStatements, writes: TalliedWrites, inboxes: Inboxes) {
    this.#statements = statements;
    this.#writes = writes;
    this.#inboxes = inboxes;
  }

  /** The oldest messages that are committed and not read; at least one, then up to `bytesMax`. */
  pending(limit: { readonly count: number; readonly bytes: number }): readonly PendingMessage[] {
    const found: PendingMessage[] = [];
    let bytes = 0;
    const rows = allRows<{ seq: number; size_bytes: number; trace: string }>(
      this.#statements.pending,
      this.#writes.tally.filedSeq,
      limit.count,
    );
    for (const row of rows) {
      bytes += row.size_bytes;
      if (found.length > 0 && bytes > limit.bytes) break;
      const { envelope, wire } = traceOrNothing(row.trace);
      const raw = firstRow<{ raw: Buffer }>(this.#statements.rawBySeq, row.seq);
      found.push({ seq: row.seq, envelope, wire, raw: raw?.raw ?? new Uint8Array() });
    }
    // Messages pruned before they were read leave a gap at the end that nothing will file.
    if (rows.length === 0 && this.#writes.tally.filedSeq < this.#writes.tally.lastSeq) {
      this.#writes.write(() =>
        this.#writes.add({ filedSeq: this.#writes.tally.lastSeq - this.#writes.tally.filedSeq }),
      );
    }
    return found;
  }

  /** Writes what was read, in order of seq, and puts it into its inboxes, within their limits. */
  file(filings: readonly Filing[]): Filed {
    const last = filings.at(-1)?.reading.seq;
    if (last === undefined) return { messages: [], pruned: nothingPruned };
    return this.#writes.write(() => {
      const counts = new InboxCounts();
      const filed = filings.flatMap((filing) => this.#fileOne(filing, counts) ?? []);
      const named = this.#inboxes.named.place(filed, counts);
      const pruned = this.#keepLimits(counts, filings.length);
      this.#writes.add({ filedSeq: last - this.#writes.tally.filedSeq });
      const messages = filed.flatMap(({ seq, summary, facets }) =>
        summary === null ? [] : [{ message: summary, ...inboxesOf(facets, named.get(seq) ?? []) }],
      );
      return { messages, pruned };
    });
  }

  #keepLimits(counts: InboxCounts, filedCount: number): Pruned {
    const inboxes = counts.grown();
    counts.save(this.#statements);
    // Twice as many as came: then also a limit that is new is reached while mail pours in.
    return this.#inboxes.limits.enforce(inboxes, 2 * filedCount);
  }

  #fileOne({ reading, envelope, commitMs }: Filing, counts: InboxCounts): FiledOne | null {
    const { seq } = reading;
    const row = firstRow<UnfiledRow>(this.#statements.filingFacts, seq);
    if (row === null) return null;
    const earlier: readonly string[] = row.tags === null ? [] : JSON.parse(row.tags);
    const tags = tagFacets([...earlier, ...reading.tags]);
    const columns = readingColumns(reading, tagsJson(tags));
    this.#statements.fileMessage.run({ ...columns, commit_ms: commitMs, seq });
    const isRead = row.is_read === null ? null : row.is_read === 1;
    const facets = readingFacets(reading, envelope, row.auth_user);
    addFacets(this.#statements, counts, { seq, isRead }, [...facets, ...tags]);
    const words = indexColumns(reading, envelope).map(toIndexWords);
    this.#statements.insertFts.run(seq, ...words);
    const summary =
      row.is_read === null ? null : toSummary({ ...row, ...columns, is_read: row.is_read });
    return { seq, isRead, words, facets, summary };
  }
}

/** A trace that is damaged must not keep the messages after it from being read. */
function traceOrNothing(json: string): Pick<Trace, 'envelope' | 'wire'> {
  try {
    return parseTrace(json);
  } catch {
    return {
      envelope: { reversePath: '', forwardPaths: [], parameters: {} },
      wire: { bareLfCount: 0, bareCrCount: 0, via: null },
    };
  }
}
