/** What the SMTP server needs from, and tells, the rest of the program. */

import type { SecureContext } from 'node:tls';
import type { NewMessage, StoreOutcome, TlsFacts } from '../../db/types.ts';
import type { Observation } from './protocol/session-types.ts';

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

/** Observations of all sessions, with the session they belong to. */
export interface SmtpObserver {
  /** `traffic` goes on counting until the connection is closed. */
  connectionOpened?(session: SessionFacts, traffic: { readonly bytesReceived: number }): void;
  observed?(session: SessionFacts, observation: Observation): void;
  tlsHandshake?(
    session: SessionFacts,
    result: {
      readonly ok: boolean;
      readonly reason: string | null;
      readonly tls: TlsFacts | null;
    },
  ): void;
  connectionClosed?(session: SessionFacts): void;
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

export interface SmtpServer {
  /** Rejects with `ListenError` when a port is taken or may not be used. */
  listen(): Promise<{ readonly smtp: ListeningAddress; readonly smtps: ListeningAddress | null }>;
  /** Stops accepting, lets replies in flight finish for at most `graceMs`, drops idle clients at once. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
  readonly connectionCount: number;
  /** Octets of messages being received or waiting for their commit, over all sessions. */
  readonly bytesInFlight: number;
}
