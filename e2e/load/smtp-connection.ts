/**
 * One SMTP connection of the generator: as little work per reply as Node allows, and a time for
 * everything. Plain sockets read into one buffer that all of them share; of a reply only the code
 * is looked at. Whatever goes wrong is one `LoadFailure`, and after it the connection is gone.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { FailureKind } from './types.ts';

export class LoadFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface Handshake {
  readonly tookMs: number;
  readonly resumed: boolean;
  readonly protocol: string;
}

interface Waiter {
  readonly resolve: (code: number) => void;
  readonly reject: (failure: LoadFailure) => void;
}

const digitZero = 48;
const hyphen = 45;
const lineFeed = 10;

/** Reads are handled before the next one happens, so one buffer does for a whole process. */
const readBuffer = Buffer.allocUnsafe(64 * 1024);

export class SmtpConnection {
  readonly openedAtMs: number;
  #socket: Socket;
  readonly #codes: number[] = [];
  #waiter: Waiter | null = null;
  #failure: LoadFailure | null = null;
  #closed: (() => void) | null = null;
  #isClosed = false;
  #isConnected = false;
  #isConnectAwaited = false;
  #awaited = 'the connection';
  #deadlineAtMs: number;
  readonly #stepTimeoutMs: number;
  /** Within the line being read. */
  #column = 0;
  #code = 0;
  #isLastLine = false;

  constructor(options: {
    readonly host: string;
    readonly port: number;
    readonly stepTimeoutMs: number;
    /** TLS takes the socket over, which shared read buffers do not allow. */
    readonly becomesTls: boolean;
    readonly onConnected: (tookMs: number) => void;
  }) {
    const { host, port, stepTimeoutMs } = options;
    this.#stepTimeoutMs = stepTimeoutMs;
    this.openedAtMs = performance.now();
    this.#deadlineAtMs = this.openedAtMs + stepTimeoutMs;
    if (options.becomesTls) {
      this.#socket = connect({ host, port, noDelay: true });
      this.#socket.on('data', this.#read);
    } else {
      const callback = (byteCount: number, octets: Uint8Array) => {
        this.#read(octets.subarray(0, byteCount));
        return true;
      };
      this.#socket = connect({
        host,
        port,
        noDelay: true,
        onread: { buffer: readBuffer, callback },
      });
    }
    const socket = this.#socket;
    socket.once('connect', () => {
      this.#isConnected = true;
      options.onConnected(performance.now() - this.openedAtMs);
      if (this.#isConnectAwaited) this.#deliver(0);
      this.#isConnectAwaited = false;
    });
    socket.on('error', (error) => {
      this.#fail(this.#isConnected ? 'closed' : 'connect', error.message);
    });
    socket.once('close', () => this.#onClose());
  }

  async connected(): Promise<void> {
    if (this.#isConnected) return;
    this.#isConnectAwaited = true;
    await this.#wait();
  }

  /** Resolves with the code of the next reply. */
  reply(awaited: string): Promise<number> {
    this.#awaited = awaited;
    const code = this.#codes.shift();
    if (code !== undefined) return Promise.resolve(code);
    return this.#wait();
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Both at once; resolves with the time at which the kernel had taken the last octet. */
  writeMessage(header: Buffer, body: Buffer): Promise<number> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      socket.cork();
      socket.write(header);
      socket.write(body, () => resolve(performance.now()));
      socket.uncork();
    });
  }

  async secure(options: {
    readonly secureContext: SecureContext;
    readonly session: Buffer | null;
    readonly onSession: (session: Buffer) => void;
  }): Promise<Handshake> {
    const plain = this.#socket;
    this.#awaited = 'the TLS handshake';
    plain.off('data', this.#read);
    plain.pause();
    const startedAtMs = performance.now();
    const { secureContext, session } = options;
    const socket = connectTls({
      socket: plain,
      secureContext,
      ...(session === null ? {} : { session }),
      rejectUnauthorized: false,
      servername: 'localhost',
    });
    this.#socket = socket;
    socket.on('session', options.onSession);
    socket.on('error', (error) => this.#fail('tls', error.message));
    socket.once('close', () => this.#onClose());
    const done = this.#wait();
    socket.once('secureConnect', () => this.#deliver(0));
    socket.on('data', this.#read);
    await done.catch((failure: unknown) => {
      const { kind, message } = asFailure(failure);
      throw new LoadFailure(kind === 'timeout' ? kind : 'tls', message);
    });
    return {
      tookMs: performance.now() - startedAtMs,
      resumed: socket.isSessionReused(),
      protocol: socket.getProtocol() ?? 'unknown',
    };
  }

  /** Called now and then: a step that takes too long fails the connection. */
  checkDeadline(nowMs: number): void {
    if (nowMs < this.#deadlineAtMs) return;
    this.#fail('timeout', `${this.#awaited} did not come within ${this.#stepTimeoutMs} ms.`);
    this.#socket.destroy();
  }

  fail(kind: FailureKind, text: string): void {
    this.#fail(kind, text);
    this.#socket.destroy();
  }

  /** Both sides are done; resolves when the socket is gone. */
  end(): Promise<void> {
    this.#awaited = 'the end of the connection';
    this.#deadlineAtMs = performance.now() + this.#stepTimeoutMs;
    this.#socket.end();
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#closed = resolve;
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #wait(): Promise<number> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#deadlineAtMs = performance.now() + this.#stepTimeoutMs;
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  #onClose(): void {
    this.#isClosed = true;
    // As it should be, and an error with its stack would be a tenth of a connection's cost.
    if (this.#closed !== null) this.#closed();
    else this.#fail('closed', `The server closed the connection before ${this.#awaited}.`);
  }

  #deliver(code: number): void {
    const waiter = this.#waiter;
    if (waiter === null) {
      this.#codes.push(code);
      return;
    }
    this.#waiter = null;
    this.#deadlineAtMs = Number.POSITIVE_INFINITY;
    waiter.resolve(code);
  }

  #fail(kind: FailureKind, text: string): void {
    if (this.#failure !== null) return;
    this.#failure = new LoadFailure(kind, text);
    this.#waiter?.reject(this.#failure);
    this.#waiter = null;
  }

  /** RFC 5321 §4.2.1: the last line of a reply has no hyphen behind its code. */
  readonly #read = (octets: Uint8Array): void => {
    for (const octet of octets) {
      if (octet === lineFeed) {
        if (this.#isLastLine) this.#deliver(this.#code);
        this.#column = 0;
        this.#code = 0;
        continue;
      }
      if (this.#column < 3) this.#code = this.#code * 10 + octet - digitZero;
      else if (this.#column === 3) this.#isLastLine = octet !== hyphen;
      this.#column++;
    }
  };
}

export function asFailure(error: unknown): LoadFailure {
  if (error instanceof LoadFailure) return error;
  throw error;
}
