/**
 * The SMTP server: its listeners, who may come in, and how it stops. One connection is
 * `connection.ts`; what is said on it is `protocol/session.ts`.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { assert } from '../assert.ts';
import { clearTimeout, epochMs, monotonicMs, setImmediate, setTimeout } from '../timers.ts';
import { Connection, type ConnectionContext, type SessionFailure } from './connection.ts';
import { FlightBudget } from './flight-budget.ts';
import { type Listener, openListener } from './listener.ts';
import type { SessionGate } from './protocol/gate.ts';
import { createSession } from './protocol/session.ts';
import type { SessionOptions } from './protocol/session-types.ts';
import type {
  ConnectionRefusal,
  Intake,
  ListeningAddress,
  SessionFacts,
  SmtpGate,
  SmtpObserver,
  SmtpServer,
  SmtpServerOptions,
} from './types.ts';

export interface SmtpServerParts {
  readonly intake: Intake;
  readonly observer?: SmtpObserver;
  /** Monotonic milliseconds; `null`: nothing is timed, and no clock is read. */
  readonly clockMs?: (() => number) | null;
  /** Hears of our own errors; each has ended one session and nothing else. */
  readonly reportFailure: (failure: SessionFailure) => void;
  /** Durations that are no options; tests shorten them. */
  readonly patience?: Partial<Patience>;
  /** Who may interfere with sessions; without it nobody is asked. */
  readonly gate?: SmtpGate | null;
}

export interface Patience {
  /** A session paused for want of room longer than this refuses its message. */
  readonly congestedAfterMs: number;
  readonly lingerMs: number;
  readonly handshakeMs: number;
  readonly stallMs: number;
}

const defaultPatience: Patience = {
  congestedAfterMs: 5_000,
  lingerMs: 2_000,
  handshakeMs: 30_000,
  // RFC 5321 §4.5.3.2: no client has to wait longer than ten minutes for a reply.
  stallMs: 900_000,
};

/** Connections that are being told 421, beyond which they are dropped without a word. */
const refusedConnectionsMax = 1_000;

const graceMsDefault = 5_000;

export function createSmtpServer(options: SmtpServerOptions, parts: SmtpServerParts): SmtpServer {
  return new Server(options, parts);
}

class Server implements SmtpServer {
  readonly #options: SmtpServerOptions;
  readonly #context: ConnectionContext;
  readonly #gate: SmtpGate | null;
  readonly #connections = new Set<Connection>();
  readonly #countByAddress = new Map<string, number>();
  #listeners: readonly Listener[] = [];
  #servedCount = 0;
  #sessionSerial = 0;
  /** Tells the sessions of this run from those of others. */
  readonly #runId = randomBytes(5).toString('hex');
  #closing: Promise<void> | null = null;
  #onEmpty: () => void = () => {};

  constructor(options: SmtpServerOptions, parts: SmtpServerParts) {
    const wantsTls = options.tls !== 'off' || options.smtpsPort !== null;
    assert(
      !wantsTls || options.secureContext !== null,
      'TLS is offered with a secure context only',
    );
    const patience = { ...defaultPatience, ...parts.patience };
    this.#options = options;
    this.#gate = parts.gate ?? null;
    this.#context = {
      options,
      intake: parts.intake,
      observer: parts.observer ?? {},
      clockMs: parts.clockMs === undefined ? monotonicMs : parts.clockMs,
      reportFailure: parts.reportFailure,
      budget: new FlightBudget({
        bytesMax: options.bytesInFlightMax,
        patienceMs: patience.congestedAfterMs,
      }),
      lingerMs: patience.lingerMs,
      stallMs: patience.stallMs,
      handshakeMs: Math.min(patience.handshakeMs, options.commandTimeoutMs),
    };
  }

  get connectionCount(): number {
    return this.#servedCount;
  }

  get sockets(): SmtpServer['sockets'] {
    return this.#listeners.flatMap(({ name, sockets }) =>
      sockets.map((address) => ({ listener: name, address })),
    );
  }

  get bytesInFlight(): number {
    return this.#context.budget.bytesHeld;
  }

  async listen(): Promise<{ smtp: ListeningAddress; smtps: ListeningAddress | null }> {
    const { port, smtpsPort } = this.#options;
    const smtp = await this.#open('smtp', port);
    this.#listeners = [smtp];
    if (smtpsPort === null) return { smtp: smtp.address, smtps: null };
    try {
      const smtps = await this.#open('smtps', smtpsPort);
      this.#listeners = [smtp, smtps];
      return { smtp: smtp.address, smtps: smtps.address };
    } catch (error) {
      smtp.close();
      throw error;
    }
  }

  close({ graceMs = graceMsDefault } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const connection of [...this.#connections]) connection.stop();
    if (this.#connections.size > 0) {
      const deadline = setTimeout(() => {
        for (const connection of this.#connections) connection.destroy();
      }, graceMs);
      await empty;
      clearTimeout(deadline);
    }
    // What was closed is given back to the system with the next turn of the loop.
    await nextTurn();
  }

  #open(name: SessionFacts['listener'], port: number): Promise<Listener> {
    return openListener({
      name,
      host: this.#options.host,
      port,
      backlog: this.#options.backlog,
      onSocket: (socket, at) => this.#accept(socket, { listener: name, at }),
      onError: (error) =>
        this.#context.reportFailure({
          session: { id: '', listener: name, peerAddress: '', peerPort: 0 },
          during: 'accept',
          error,
        }),
    });
  }

  #accept(
    socket: Socket,
    { listener, at }: { listener: SessionFacts['listener']; at: ListeningAddress },
  ): void {
    const { observer } = this.#context;
    observer.accepted?.(at);
    const { remoteAddress, remotePort } = socket;
    const refusedCount = this.#connections.size - this.#servedCount;
    // Without an address the client is gone already.
    if (remoteAddress === undefined || refusedCount >= refusedConnectionsMax) {
      socket.on('error', () => {});
      socket.destroy();
      if (remoteAddress !== undefined) observer.connectionDropped?.(withoutMapping(remoteAddress));
      return;
    }
    const facts: SessionFacts = {
      id: `${this.#runId}-${++this.#sessionSerial}`,
      listener,
      peerAddress: withoutMapping(remoteAddress),
      peerPort: remotePort ?? 0,
    };
    const refusal = this.#refusalFor(facts.peerAddress);
    const gate = refusal === null ? (this.#gate?.openGate(facts) ?? null) : null;
    const connection = new Connection(socket, {
      facts,
      session: createSession(this.#sessionOptions(gate)),
      gated: gate !== null,
      context: this.#context,
      onReleased: () => this.#forget(connection, refusal === null),
    });
    this.#connections.add(connection);
    if (refusal === null) this.#count(facts.peerAddress, 1);
    connection.start(refusal);
  }

  #refusalFor(peerAddress: string): ConnectionRefusal | null {
    const { connectionsMax, connectionsPerAddressMax } = this.#options;
    if (this.#closing !== null) return 'shuttingDown';
    if (this.#servedCount >= connectionsMax) return 'tooManyConnections';
    const fromPeer = this.#countByAddress.get(peerAddress) ?? 0;
    if (connectionsPerAddressMax > 0 && fromPeer >= connectionsPerAddressMax) {
      return 'tooManyConnectionsFromPeer';
    }
    return null;
  }

  #count(peerAddress: string, change: 1 | -1): void {
    this.#servedCount += change;
    const count = (this.#countByAddress.get(peerAddress) ?? 0) + change;
    if (count === 0) this.#countByAddress.delete(peerAddress);
    else this.#countByAddress.set(peerAddress, count);
  }

  #forget(connection: Connection, wasServed: boolean): void {
    this.#connections.delete(connection);
    if (wasServed) this.#count(connection.facts.peerAddress, -1);
    if (this.#connections.size === 0) this.#onEmpty();
  }

  #sessionOptions(gate: SessionGate | null): SessionOptions {
    const { hostname, messageBytesMax, recipientsMax, errorsMax, tls, auth } = this.#options;
    return {
      hostname,
      messageBytesMax,
      recipientsMax,
      errorsMax,
      tls,
      auth,
      authMechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
      // RFC 2195 §2: chance, time and name in the form of a Message-ID.
      challenge: () => `<${randomBytes(12).toString('hex')}.${epochMs()}@${hostname}>`,
      gate,
    };
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** An IPv4 client of a socket that listens for both families. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
