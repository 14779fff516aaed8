/**
 * What is heard from the SMTP server, put into numbers: an observer on one side, scopes (since
 * start, windows) on the other. Recording is a few additions and one push into a digest; nothing
 * here waits, throws or logs.
 *
 * Accept latency ends when the greeting is handed to the kernel. Behind implicit TLS it ends when
 * the handshake begins: what follows is the client's doing as well, and has a digest of its own.
 * One who is refused has waited too, and is greeted with 421.
 */
import type {
  ConnectionRefusal,
  ListeningAddress,
  SessionFacts,
  SmtpObserver,
} from '../smtp/types.ts';
import type { AcceptLatency } from './accept-latency.ts';
import { TopTally } from './tally.ts';
import type { Phase, RefusalReason } from './types.ts';
import { Windows } from './windows.ts';

type Heard<Name extends keyof SmtpObserver> = Parameters<NonNullable<SmtpObserver[Name]>>;

const addressesKept = 1_000;
/** The loop is looked at in passing at most so often. */
const lookEveryMs = 1;

const refusalReasons: Readonly<Record<ConnectionRefusal, RefusalReason>> = {
  tooManyConnections: 'too_many_connections',
  tooManyConnectionsFromPeer: 'too_many_from_address',
  shuttingDown: 'shutting_down',
};

/** Verbs that have a digest of their own; what else is answered is only counted. */
const phaseOfVerb: ReadonlyMap<string, Phase> = new Map([
  ['CONNECT', 'greeting'],
  ['AUTH', 'auth'],
  ['MAIL', 'mail'],
  ['RCPT', 'rcpt'],
]);

/** AUTH is not over: a challenge (RFC 4954 §4). */
const challengeCode = 334;

export class Collector implements SmtpObserver {
  readonly windows: Windows;
  readonly refusedAddresses = new TopTally(addressesKept);
  readonly #latency: AcceptLatency;
  /** Index of each listening socket, as the samples number them. */
  readonly #sockets = new Map<ListeningAddress, number>();
  readonly #clockMs: () => number;
  /** Of the connection that is being accepted in this very call stack. */
  #arrivedAtMs: number | null = null;

  constructor(parts: { readonly latency: AcceptLatency; readonly clockMs: () => number }) {
    this.#latency = parts.latency;
    this.#clockMs = parts.clockMs;
    this.windows = new Windows(parts.clockMs());
  }

  /** From now on accepted connections are counted for the samples. */
  watch(sockets: readonly ListeningAddress[]): void {
    this.#sockets.clear();
    sockets.forEach((socket, index) => {
      this.#sockets.set(socket, index);
    });
  }

  /** What the reader took for each of some messages. */
  recordReading(tookMs: readonly number[]): void {
    for (const ms of tookMs) this.windows.open.record('read', ms);
  }

  accepted(address: ListeningAddress): void {
    this.windows.open.counts.accepted += 1;
    this.#arrivedAtMs = this.#latency.arrivedAtMs(this.#sockets.get(address) ?? null);
  }

  connectionOpened(session: SessionFacts): void {
    if (session.listener === 'smtps') this.#recordAccept(this.#clockMs());
  }

  connectionRefused(session: SessionFacts, refusal: ConnectionRefusal): void {
    this.#recordRefusal(session.peerAddress, refusalReasons[refusal]);
  }

  connectionDropped(peerAddress: string): void {
    this.#arrivedAtMs = null;
    this.#recordRefusal(peerAddress, 'dropped');
    this.windows.open.counts.errors.add('too_many_connections');
  }

  observed(...[session, observation, writtenAtMs]: Heard<'observed'>): void {
    const { open } = this.windows;
    switch (observation.kind) {
      case 'reply': {
        // One who was gone has not been answered.
        if (writtenAtMs === null) return;
        const { verb, code, tookMs, injected } = observation;
        // What a fault said is not ours, and how long a fault took is not our time.
        if (injected !== 'said') open.counts.replies.add(`${verb} ${code}`);
        if (injected !== undefined) return;
        const phase = phaseOfVerb.get(verb);
        if (phase !== undefined && code !== challengeCode) open.record(phase, tookMs);
        if (verb === 'CONNECT') this.#greeted(session, { code, atMs: writtenAtMs });
        else if (writtenAtMs - this.#latency.lookedAtMs > lookEveryMs) {
          this.#latency.look(writtenAtMs);
        }
        return;
      }
      case 'stored':
        // Stored, and by a fault not acknowledged.
        if (writtenAtMs === null || observation.injected === 'said') return;
        open.counts.messages += 1;
        open.counts.bytes += observation.bytes;
        if (observation.injected === 'late') return;
        open.record('processing', observation.tookMs);
        open.record('data', observation.dataMs);
        open.record('commit', observation.commitMs);
        return;
      case 'fault':
        open.counts.faults.add(`${observation.point} ${observation.effect}`);
        return;
      case 'error':
        open.counts.errors.add(observation.error);
        return;
      default:
    }
  }

  tlsHandshake(...[, { ok, reason, tls, tookMs, injected }]: Heard<'tlsHandshake'>): void {
    const { open } = this.windows;
    if (ok) {
      open.counts.tlsOk += 1;
      if (injected === undefined) open.record('tls_handshake', tookMs);
    } else if (injected === undefined) {
      open.counts.tlsFailed += 1;
      open.counts.tlsFailures.add(reason ?? 'unknown');
      open.counts.errors.add('tls_handshake_failed');
    }
    if (tls === null) return;
    open.counts.tlsProtocols.add(tls.protocol);
    open.counts.tlsCiphers.add(tls.cipher);
    if (tls.resumed) open.counts.tlsResumed += 1;
  }

  #greeted(
    session: SessionFacts,
    greeting: { readonly code: number; readonly atMs: number },
  ): void {
    if (session.listener === 'smtp') this.#recordAccept(greeting.atMs);
  }

  #recordAccept(atMs: number): void {
    if (this.#arrivedAtMs === null) return;
    this.windows.open.record('accept', atMs - this.#arrivedAtMs);
    this.#arrivedAtMs = null;
  }

  #recordRefusal(peerAddress: string, reason: RefusalReason): void {
    this.windows.open.counts.refused.add(reason);
    this.refusedAddresses.add(peerAddress);
  }
}
