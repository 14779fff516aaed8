/** Writes what the reader found: as columns of the message, as facets, as counts of inboxes. */
import type { Facet } from './facets.ts';
import { InboxCounts } from './inbox-counts.ts';
import type { InboxLimits } from './inbox-limits.ts';
import { inboxesOf } from './inbox-members.ts';
import { readingFacets, tagFacets } from './message-facets.ts';
import type { Pruned } from './message-pruning.ts';
import type { StoreStatements } from './message-statements.ts';
import { addFacets, tagsJson } from './message-tags.ts';
import type { Arrival, NamedInboxes } from './named-inboxes.ts';
import type { CommittedRow } from './pending-messages.ts';
import { firstRow, readingColumns, toSummary } from './rows.ts';
import type { TalliedWrites } from './tallied-writes.ts';
import type { Envelope, PlacedMessage, ReadingResult } from './types.ts';
import { toIndexWords } from './words.ts';

/** A message that has been read; its words are in the index already. */
export interface Filing {
  readonly row: CommittedRow;
  readonly envelope: Envelope;
  readonly reading: Omit<ReadingResult, 'indexText'>;
  /** As in the index, in the order of its columns; `null` when no inbox was seen to ask for them. */
  readonly texts: readonly string[] | null;
}

/** What may have happened to a message while it was being read. */
interface Unfiled {
  readonly tags: string | null;
  /** `null` when it has been removed. */
  readonly is_read: number | null;
}

/** What came of filing some messages. */
export interface Filed {
  /** Those still live; `null` when nobody wants to be told of them. */
  readonly messages: readonly PlacedMessage[] | null;
  /** How many of those still live came by SMTP, and their octets. */
  readonly received: { readonly count: number; readonly bytes: number };
  /** What went for them, by the limits of their inboxes. */
  readonly pruned: Pruned;
}

interface LiveRow {
  readonly row: CommittedRow;
  readonly columns: ReturnType<typeof readingColumns>;
  readonly isRead: number;
}

interface FiledOne extends Arrival {
  readonly facets: readonly Facet[];
  /** `null` when it has been removed meanwhile. */
  readonly live: LiveRow | null;
}

export interface FilingRules {
  /** What the commit of a message took, where that was kept. */
  readonly commitMsOf: (seq: number) => number | null;
  /** Whether anybody wants to be told of each message. */
  readonly isTold: boolean;
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

  /**
   * Writes what was read, in order of seq, and puts it into its inboxes, within their limits.
   * `upToSeq` is the last that has been read or, read or not, is gone.
   */
  file(filings: readonly Filing[], upToSeq: number, { commitMsOf, isTold }: FilingRules): Filed {
    return this.#writes.write(() => {
      const counts = new InboxCounts();
      const filed = filings.flatMap(
        (filing) => this.#fileOne(filing, commitMsOf(filing.row.seq), counts) ?? [],
      );
      const named = this.#inboxes.named.place(filed, counts);
      const pruned = this.#keepLimits(counts, filings.length);
      this.#writes.add({ filedSeq: upToSeq - this.#writes.tally.filedSeq });
      const place = ({ seq, live, facets }: FiledOne) => {
        const { inboxes, inMoreInboxes } = inboxesOf(facets, named.get(seq) ?? []);
        return live === null
          ? []
          : { message: toSummary(live.row, live.columns, live.isRead), inboxes, inMoreInboxes };
      };
      return { messages: isTold ? filed.flatMap(place) : null, received: received(filed), pruned };
    });
  }

  #keepLimits(counts: InboxCounts, filedCount: number): Pruned {
    const inboxes = counts.grown();
    counts.save(this.#statements);
    // Twice as many as came: then also a limit that is new is reached while mail pours in.
    return this.#inboxes.limits.enforce(inboxes, 2 * filedCount);
  }

  #fileOne(
    { row, envelope, reading, texts }: Filing,
    commitMs: number | null,
    counts: InboxCounts,
  ): FiledOne | null {
    const { seq } = row;
    const unfiled = firstRow<Unfiled>(this.#statements.unfiled, seq);
    if (unfiled === null) return null;
    const earlier: readonly string[] = unfiled.tags === null ? [] : JSON.parse(unfiled.tags);
    const tags = tagFacets([...earlier, ...reading.tags]);
    const columns = readingColumns(reading, tagsJson(tags));
    // In the order of the statement.
    this.#statements.fileMessage.run(...Object.values(columns), commitMs, seq);
    const isRead = unfiled.is_read === null ? null : unfiled.is_read === 1;
    const facets = readingFacets(reading, envelope, row.auth_user);
    addFacets(this.#statements, counts, { seq, isRead }, [...facets, ...tags]);
    const live = unfiled.is_read === null ? null : { row, columns, isRead: unfiled.is_read };
    return { seq, isRead, words: texts?.map(toIndexWords) ?? null, facets, live };
  }
}

function received(filed: readonly FiledOne[]): Filed['received'] {
  let [count, bytes] = [0, 0];
  for (const { live } of filed) {
    if (live === null || !smtpListeners.has(live.row.listener)) continue;
    count += 1;
    bytes += live.row.size_bytes;
  }
  return { count, bytes };
}

const smtpListeners: ReadonlySet<string> = new Set(['smtp', 'smtps']);
