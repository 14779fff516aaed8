/** What may be asked about SMTP sessions: those that are open and those that were stored. */
import type {
  RecordedOutcome,
  SessionFilter,
  SessionRecord,
  SessionSummary,
} from '../../db/session-types.ts';
import type { QuietOptions } from './quiescence.ts';

/** Where the next page starts: open sessions come first, by number, then stored ones, by seq. */
export type SessionCursor =
  | { readonly kind: 'open'; readonly beforeNumber: number }
  | { readonly kind: 'stored'; readonly beforeSeq: number };

export interface SessionPage {
  /** Open ones first, the newest on top; then the last to end. */
  readonly sessions: readonly SessionSummary[];
  readonly next: SessionCursor | null;
  /** Of all that meet the filter. */
  readonly total: number;
  /** Of all that meet the filter but for its outcome. */
  readonly byOutcome: Readonly<Partial<Record<RecordedOutcome, number>>>;
}

export interface SessionSource {
  /** Sees every session that has ended before the call. */
  list(query: {
    readonly filter: SessionFilter;
    readonly limit: number;
    readonly cursor: SessionCursor | null;
  }): Promise<SessionPage>;
  get(id: string): Promise<SessionRecord | null>;
  /** Deletes all that have ended; returns how many there were. */
  clear(): Promise<number>;
  /**
   * Resolves when nothing is under way (see `quiescence.ts`), with no session; or when the time is
   * over, with those that are not at rest.
   */
  quiet(options: QuietOptions): Promise<readonly SessionSummary[]>;
}
