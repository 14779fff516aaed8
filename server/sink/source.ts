/**
 * Where the sink's messages come from: the engine in this process, or a server over HTTP. What a
 * receiver does with them, claiming and matching and explaining, is the same for both.
 */
import type { MessageSummary } from '../../db/types.ts';
import type { CaughtMail } from './mail.ts';
import type { Scope } from './scope.ts';
import type { MailMatch, SettleOptions } from './types.ts';

/** A message that has arrived, before anybody has looked into it. */
export interface Candidate {
  readonly id: string;
  /** Ascending in the order of acceptance. */
  readonly seq: number;
  readonly summary: MessageSummary;
  /** `null` when it was deleted meanwhile. */
  open(): Promise<CaughtMail | null>;
}

/** Messages in the order of their acceptance: those that are there, then those that come. */
export interface Arrivals {
  /** `null` when the time is over, or after `close`. Rejects when the source fails. */
  next(): Promise<Candidate | null>;
  close(): void;
}

export interface CandidatesQuery {
  readonly scope: Scope;
  /** A source may leave out what cannot match, and need not. */
  readonly match: MailMatch;
  readonly afterSeq: number;
}

export interface ArrivalsQuery extends CandidatesQuery {
  /** Without time, too, all that was accepted before the call is given; `null`: for ever. */
  readonly timeoutMs: number | null;
  /** It is no reason for the process to go on. */
  readonly isBackground?: boolean;
}

export interface MailSource {
  /** By the clock that messages are received by. */
  nowMs(): number;
  arrivals(query: ArrivalsQuery): Arrivals;
  /** The newest `limit` of those that may match, the oldest first. */
  list(query: CandidatesQuery & { readonly limit: number }): Promise<readonly Candidate[]>;
  /** Of the last message accepted; 0 when there was none. */
  lastSeq(): Promise<number>;
  /** `null` when there is no such message. */
  seqOf(id: string): Promise<number | null>;
  remove(scope: Scope): Promise<number>;
  settle(options: Required<SettleOptions> & { readonly signal?: AbortSignal }): Promise<void>;
}
