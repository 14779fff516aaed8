/**
 * What is counted and timed over some stretch of time: since start, ten seconds, a window. An open
 * scope is written to; a closed one is a value, and several closed ones make one of the whole.
 */
import { Digest, mergePacked, type Packed } from './digest.ts';
import { Tally } from './tally.ts';
import type { Phase } from './types.ts';

export type Series = Phase | 'accept' | 'processing' | 'loop_delay';

export const series: readonly Series[] = [
  'accept',
  'processing',
  'loop_delay',
  'greeting',
  'tls_handshake',
  'auth',
  'mail',
  'rcpt',
  'data',
  'commit',
  'read',
];

export class Counts {
  accepted = 0;
  messages = 0;
  bytes = 0;
  tlsOk = 0;
  tlsFailed = 0;
  tlsResumed = 0;
  readonly refused = new Tally();
  readonly tlsProtocols = new Tally();
  readonly tlsCiphers = new Tally();
  readonly tlsFailures = new Tally();
  readonly errors = new Tally();
  /** `MAIL 250`. */
  readonly replies = new Tally(512);
  /** `rcpt reply`. */
  readonly faults = new Tally(512);

  addAll(counts: Counts): void {
    this.accepted += counts.accepted;
    this.messages += counts.messages;
    this.bytes += counts.bytes;
    this.tlsOk += counts.tlsOk;
    this.tlsFailed += counts.tlsFailed;
    this.tlsResumed += counts.tlsResumed;
    this.refused.addAll(counts.refused);
    this.tlsProtocols.addAll(counts.tlsProtocols);
    this.tlsCiphers.addAll(counts.tlsCiphers);
    this.tlsFailures.addAll(counts.tlsFailures);
    this.errors.addAll(counts.errors);
    this.replies.addAll(counts.replies);
    this.faults.addAll(counts.faults);
  }
}

export interface ClosedScope {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly counts: Counts;
  digest(name: Series): Packed | null;
}

export class OpenScope {
  readonly startedAtMs: number;
  readonly counts = new Counts();
  readonly #digests = new Map<Series, Digest>();

  constructor(startedAtMs: number) {
    this.startedAtMs = startedAtMs;
  }

  record(name: Series, ms: number): void {
    let digest = this.#digests.get(name);
    if (digest === undefined) {
      digest = new Digest();
      this.#digests.set(name, digest);
    }
    digest.add(Math.max(0, ms));
  }

  /** As it is now; the open scope may go on. */
  snapshot(nowMs: number): ClosedScope {
    const { startedAtMs, counts } = this;
    const digest = remembered((name) => this.#digests.get(name)?.packed() ?? null);
    return { startedAtMs, endedAtMs: nowMs, counts, digest };
  }

  /** As it was at the end; nothing may be written to it any more. */
  close(nowMs: number): ClosedScope {
    return packedNow(this.snapshot(nowMs));
  }
}

/**
 * Stretches that follow each other, as one. At least one of them. Digests are merged when they are
 * asked for, so that who wants one of them does not pay for all.
 */
export function mergeScopes(scopes: readonly [ClosedScope, ...ClosedScope[]]): ClosedScope {
  const [first] = scopes;
  if (scopes.length === 1) return first;
  const counts = new Counts();
  for (const scope of scopes) counts.addAll(scope.counts);
  return {
    startedAtMs: Math.min(...scopes.map(({ startedAtMs }) => startedAtMs)),
    endedAtMs: Math.max(...scopes.map(({ endedAtMs }) => endedAtMs)),
    counts,
    digest: remembered((name) => mergePacked(scopes.map((scope) => scope.digest(name)))),
  };
}

/** Worked out for good: what is kept must not hold on to all that it was made from. */
export function packedNow(scope: ClosedScope): ClosedScope {
  const digests = new Map(series.map((name) => [name, scope.digest(name)]));
  return { ...scope, digest: (name) => digests.get(name) ?? null };
}

function remembered(work: (name: Series) => Packed | null): ClosedScope['digest'] {
  const known = new Map<Series, Packed | null>();
  return (name) => {
    let digest = known.get(name);
    if (digest === undefined) {
      digest = work(name);
      known.set(name, digest);
    }
    return digest;
  };
}
