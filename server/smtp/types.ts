/** What the SMTP server needs from, and tells, the rest of the program. */

import type { SecureContext } from 'node:tls';
import type { NewMessage, StoreOutcome, TlsFacts } from '../../db/types.ts';
import type { SessionGate } from './protocol/gate.ts';
import type { Observation, SessionInput } from './protocol/session-types.ts';

/** The only thing SMTP asks of a store. Resolves after the commit; never rejects. */
export interface Intake {
  append(message: NewMessage): Promise<StoreOutcome>;
}

export interface SmtpServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Implicit TLS; `null` = no such listener. */
  readonly smtpsPort: number | null;
  /** Passed to listen(2) on every listener; 0 = the platform's SOMAXCONN. */
  readonly backlog: number;
  readonly hostname: string;
  readonly connectionsMax: number;
  /** 0 = no limit. */
  readonly connectionsPerAddressMax: number;
  readonly messageBytesMax: number;
  readonly recipientsMax: number;
  readonly errorsMax: number;
  readonly commandTimeoutMs: number;
  readonly dataTimeoutMs: number;
  /** Ceiling on octets held by all sessions together. */
  readonly bytesInFlightMax: number;
  readonly tls: 'off' | 'offered' | 'required';
  /** A function, so that a renewed certificate is used without a restart. `null` without TLS. */
  readonly secureContext: (() => SecureContext) | null;
  readonly auth: 'off' | 'offered' | 'required';
  /** `null`: any credentials are accepted. */
  readonly credentials: readonly { readonly user: string; readonly password: string }[] | null;
}

/** Why a connection is told 421 at once. */
export type ConnectionRefusal = Extract<SessionInput, { kind: 'refused' }>['refusal'];

/**
 * Observations of all sessions, with the session they belong to. Several observers are made one by
 * `observers.ts`. Times are of the clock that the server was given.
 */
export interface SmtpObserver {
  /** First of all, in the accept callback of one listening socket; `connectionOpened` may follow. */
  accepted?(address: ListeningAddress): void;
  /** `traffic` goes on counting until the connection is closed. */
  connectionOpened?(session: SessionFacts, traffic: { readonly bytesReceived: number }): void;
  /** It was opened only to be told so. */
  connectionRefused?(session: SessionFacts, refusal: ConnectionRefusal): void;
  /** Closed without a word and never opened: too many are being refused already. */
  connectionDropped?(peerAddress: string): void;
  /**
   * After what the observation is about was handed to the kernel: when, or `null` when the
   * connection was gone before. A reply's `tookMs` goes up to that moment.
   */
  observed?(session: SessionFacts, observation: Observation, writtenAtMs: number | null): void;
  tlsHandshake?(
    session: SessionFacts,
    result: {
      readonly ok: boolean;
      readonly reason: string | null;
      readonly tls: TlsFacts | null;
      readonly tookMs: number;
      /** On a line that a fault has made slow: its time, and its failure, are not ours. */
      readonly injected?: 'late';
    },
  ): void;
  connectionClosed?(session: SessionFacts): void;
}

/** Who may interfere with sessions; what that means is in `protocol/gate.ts`. */
export interface SmtpGate {
  /** For each connection that is served, in the accept callback. */
  openGate(session: SessionFacts): SessionGate;
}

export interface SessionFacts {
  readonly id: string;
  readonly listener: 'smtp' | 'smtps';
  readonly peerAddress: string;
  readonly peerPort: number;
}

export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
}

export interface ListeningSocket {
  readonly listener: SessionFacts['listener'];
  /** The very object that `SmtpObserver.accepted` is given. */
  readonly address: ListeningAddress;
}

export interface SmtpServer {
  /** Rejects with `ListenError` when a port is taken or may not be used. */
  listen(): Promise<{ readonly smtp: ListeningAddress; readonly smtps: ListeningAddress | null }>;
  /** Every listening socket; a name with several addresses has several. */
  readonly sockets: readonly ListeningSocket[];
  /** Stops accepting, lets replies in flight finish for at most `graceMs`, drops idle clients at once. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
  readonly connectionCount: number;
  /** Octets of messages being received or waiting for their commit, over all sessions. */
  readonly bytesInFlight: number;
}
