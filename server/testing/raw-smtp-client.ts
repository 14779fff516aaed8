/**
 * An SMTP client that does exactly what a test says, right or wrong: octets go out as given, in as
 * many writes as asked, and replies come back as they were on the wire. It knows reply lines
 * (RFC 5321 §4.2.1) and nothing else of the protocol.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';

export interface RawReply {
  readonly code: number;
  /** Without code and separator. */
  readonly lines: readonly string[];
  /** As received, CRLF included. */
  readonly wire: string;
}

export interface RawSmtpOptions {
  readonly port: number;
  readonly host?: string;
  /** Implicit TLS. */
  readonly tls?: ConnectionOptions;
  /** Leaves the receive buffer alone until `readReply` is called: a client that does not read. */
  readonly neverReads?: boolean;
}

export class RawSmtpClient implements AsyncDisposable {
  #socket: Socket;
  #received = '';
  #ended = false;
  #error: Error | null = null;
  #wake: () => void = () => {};
  readonly #neverReads: boolean;

  private constructor(socket: Socket, options: RawSmtpOptions) {
    this.#socket = socket;
    this.#neverReads = options.neverReads ?? false;
    this.#listen();
  }

  /** Resolves when connected (and the handshake is done); the greeting is not read yet. */
  static async connect(options: RawSmtpOptions): Promise<RawSmtpClient> {
    const where = { port: options.port, host: options.host ?? '127.0.0.1', allowHalfOpen: true };
    if (options.tls !== undefined) {
      const socket = connectTls({ ...where, ...options.tls });
      await settled(socket, 'secureConnect');
      return new RawSmtpClient(socket, options);
    }
    const socket = connectTcp(where);
    await settled(socket, 'connect');
    return new RawSmtpClient(socket, options);
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** What has arrived and has not been read as a reply. */
  get unread(): string {
    return this.#received;
  }

  /** Resolves when the kernel has taken the octets. */
  send(octets: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(octets, (error) => (error ? reject(error) : resolve()));
    });
  }

  async sendLine(line: string): Promise<void> {
    await this.send(`${line}\r\n`);
  }

  /** Sends one line and reads its reply. */
  async command(line: string): Promise<RawReply> {
    await this.sendLine(line);
    return this.readReply();
  }

  /** The next reply; rejects when the connection ends before its last line. */
  async readReply(): Promise<RawReply> {
    if (this.#neverReads) this.#socket.resume();
    const found = await this.#until(() =>
      /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.#received),
    );
    if (found === null) {
      throw new Error(
        `The connection ended (${this.#error?.message ?? 'end of file'}) before a whole reply: ` +
          JSON.stringify(this.#received),
      );
    }
    const wire = found[0];
    this.#received = this.#received.slice(wire.length);
    const lines = wire.split('\n').slice(0, -1);
    return {
      code: Number(wire.slice(0, 3)),
      lines: lines.map((line) => line.replace(/\r$/, '').slice(4)),
      wire,
    };
  }

  async readReplies(count: number): Promise<readonly RawReply[]> {
    const replies: RawReply[] = [];
    while (replies.length < count) replies.push(await this.readReply());
    return replies;
  }

  /** Everything until the server ends the connection, one way or the other. */
  async readToEnd(): Promise<string> {
    if (this.#neverReads) this.#socket.resume();
    await this.#until(() => null);
    const rest = this.#received;
    this.#received = '';
    return rest;
  }

  /** Sends STARTTLS, and when it is accepted goes on in TLS. */
  async startTls(options: ConnectionOptions = { rejectUnauthorized: false }): Promise<RawReply> {
    const reply = await this.command('STARTTLS');
    if (reply.code === 220) await this.upgrade(options);
    return reply;
  }

  /** The handshake alone. */
  async upgrade(options: ConnectionOptions = { rejectUnauthorized: false }): Promise<TLSSocket> {
    const plain = this.#socket;
    plain.removeAllListeners();
    plain.pause();
    const secure = connectTls({ servername: 'localhost', ...options, socket: plain });
    this.#socket = secure;
    this.#received = '';
    await settled(secure, 'secureConnect');
    this.#listen();
    return secure;
  }

  /** Ends our side only; replies can still be read. */
  end(): void {
    this.#socket.end();
  }

  /** Sends RST instead of FIN. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on('data', (octets: Uint8Array) => {
      this.#received += Buffer.from(octets).toString('utf8');
      this.#wake();
    });
    if (this.#neverReads) socket.pause();
    const ended = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('error', (error) => {
      this.#error = error;
      ended();
    });
    socket.on('end', ended);
    socket.on('close', ended);
  }

  async #until<T>(look: () => T | null): Promise<T | null> {
    for (;;) {
      const found = look();
      if (found !== null || this.#ended) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Resolves at the event, rejects at an error or when the connection closes first. */
function settled(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error(`closed before ${event}`));
    socket.once('error', reject);
    socket.once('close', closed);
    socket.once(event, () => {
      socket.off('error', reject);
      socket.off('close', closed);
      resolve();
    });
  });
}
