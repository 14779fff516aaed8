/**
 * A connected socket on which so many octets go a second each way, for TLS to be put on: the
 * handshake is slow then, and so are the octets of TLS and not only those inside. Node cannot take
 * a stream away from below TLS, so it stays for as long as the connection.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { PacedQueue } from './paced-queue.ts';

type Done = (error?: Error | null) => void;

export class SlowSocket extends Duplex {
  readonly #socket: Socket;
  readonly #incoming: PacedQueue;
  readonly #outgoing: PacedQueue;
  #incomingEnds = false;
  #onWritten: Done | null = null;
  #hurried = false;

  /** Of a socket that is paused and that nobody reads; it is this one's from here on. */
  constructor(socket: Socket, bytesPerSecond: number) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#incoming = new PacedQueue(bytesPerSecond, {
      carry: (octets) => this.push(octets),
      emptied: () => this.#received(),
    });
    this.#outgoing = new PacedQueue(bytesPerSecond, {
      carry: (octets) => socket.write(octets),
      emptied: () => this.#written(),
    });
    socket.on('data', (octets) => {
      // One read at a time: what the line has not carried is not asked for.
      socket.pause();
      this.#incoming.push(octets);
    });
    socket.on('end', () => {
      this.#incomingEnds = true;
      if (this.#incoming.bytes === 0) this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Never faster than it was. */
  slowDown(bytesPerSecond: number): void {
    this.#incoming.slowDown(bytesPerSecond);
    this.#outgoing.slowDown(bytesPerSecond);
  }

  /** The server stops: what waits goes at once, and what comes too. */
  hurry(): void {
    this.#hurried = true;
    const rest = this.#outgoing.close();
    if (rest.length > 0) this.#socket.write(rest);
    this.#written();
  }

  override _read(): void {
    if (this.#incoming.bytes === 0) this.#socket.resume();
  }

  override _write(octets: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#onWritten = done;
    if (octets.length > 0 && !this.#hurried) {
      this.#outgoing.push(octets);
      return;
    }
    this.#socket.write(octets);
    this.#written();
  }

  override _final(done: Done): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#incoming.close();
    this.#outgoing.close();
    this.#socket.destroy();
    done(error);
  }

  #received(): void {
    if (this.#incomingEnds) this.push(null);
    else if (this.readableLength === 0) this.#socket.resume();
  }

  #written(): void {
    const done = this.#onWritten;
    this.#onWritten = null;
    done?.();
  }
}
