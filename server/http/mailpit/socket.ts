/**
 * Mailpit's events: a WebSocket (RFC 6455) on which only the server speaks. One subscription
 * serves all clients, a frame is made once, and a client that does not read is cut off, for a
 * socket's queue is memory. Counts go out at most four times a second.
 *
 * Who may connect has been decided before: a handshake passes the same guard as every request.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { EventBus } from '../../events.ts';
import type { Storage } from '../../storage/types.ts';
import { clearInterval, clearTimeout, setInterval, setTimeout } from '../../timers.ts';
import { changesCounts, frame, framesOf } from './socket-frames.ts';

export interface MailpitSocket {
  readonly clientCount: number;
  /** Completes the handshake; the socket is ours from then on. */
  accept(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export interface SocketParts {
  readonly storage: Pick<Storage, 'list'>;
  readonly events: EventBus;
  version(): Promise<string>;
  readonly limits: { readonly clientsMax: number; readonly queueBytesMax: number };
  logError(message: string, error: unknown): void;
  /** Does `work` again and again until what it returns is called; a timer of the process if left out. */
  readonly every?: (ms: number, work: () => void) => () => void;
}

/** Proxies close what is silent for a minute. */
const pingIntervalMs = 54_000;
const statsIntervalMs = 250;
/** Frames a client may be behind. */
const framesBehindMax = 256;
/** Clients have nothing to say. */
const incomingBytesMax = 1_024;

export function createMailpitSocket(parts: SocketParts): MailpitSocket {
  const { events, limits, logError, every = repeat } = parts;
  const clients = new Set<Client>();
  let opening: Promise<WebSocketServer> | null = null;
  let isClosed = false;
  let statsTimer: NodeJS.Timeout | null = null;

  const broadcast = (text: string): void => {
    for (const client of clients) client.send(text);
  };
  const planStats = (): void => {
    if (statsTimer !== null || clients.size === 0) return;
    statsTimer = setTimeout(() => {
      statsTimer = null;
      statsFrame(parts).then(broadcast, (error) =>
        logError('The counts for WebSocket clients could not be read', error),
      );
    }, statsIntervalMs).unref();
  };
  const hasClients = (): boolean => clients.size > 0;
  const unsubscribe = events.subscribe((event) => {
    if (clients.size === 0) return;
    for (const text of framesOf(event)) broadcast(text);
    if (changesCounts(event)) planStats();
  }, hasClients);
  const stopPinging = every(pingIntervalMs, () => {
    for (const client of clients) client.ping();
  });

  const add = (webSocket: WebSocket): void => {
    if (clients.size >= limits.clientsMax) {
      webSocket.close(1013, 'too many clients');
      return;
    }
    const client = new Client(webSocket, limits.queueBytesMax);
    clients.add(client);
    webSocket.on('close', () => clients.delete(client));
    planStats();
  };

  return {
    get clientCount() {
      return clients.size;
    },
    accept(incoming, socket, head) {
      opening ??= openWebSockets();
      opening.then(
        (server) => {
          if (isClosed) socket.destroy();
          else server.handleUpgrade(incoming, socket, head, add);
        },
        (error: unknown) => {
          logError('WebSockets cannot be spoken', error);
          socket.destroy();
        },
      );
    },
    close() {
      isClosed = true;
      stopPinging();
      if (statsTimer !== null) clearTimeout(statsTimer);
      unsubscribe();
      for (const client of clients) client.end();
      clients.clear();
    },
  };
}

function repeat(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms).unref();
  return () => clearInterval(timer);
}

/** Loaded for the first client: most servers never have one. */
async function openWebSockets(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: incomingBytesMax,
    perMessageDeflate: false,
  });
}

class Client {
  readonly #webSocket: WebSocket;
  readonly #queueBytesMax: number;
  #framesQueued = 0;

  constructor(webSocket: WebSocket, queueBytesMax: number) {
    this.#webSocket = webSocket;
    this.#queueBytesMax = queueBytesMax;
    // It says itself what is wrong with the frames of a peer, by closing.
    webSocket.on('error', () => webSocket.terminate());
  }

  send(text: string): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    const isBehind =
      this.#framesQueued >= framesBehindMax || this.#webSocket.bufferedAmount > this.#queueBytesMax;
    if (isBehind) {
      this.#webSocket.terminate();
      return;
    }
    this.#framesQueued += 1;
    this.#webSocket.send(text, () => {
      this.#framesQueued -= 1;
    });
  }

  ping(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
  }

  end(): void {
    this.#webSocket.close(1001, 'the server stops');
    this.#webSocket.terminate();
  }
}

async function statsFrame({ storage, version }: SocketParts): Promise<string> {
  const [page, Version] = await Promise.all([
    storage.list({ filter: null, limit: 1, beforeSeq: null, skip: 0 }),
    version(),
  ]);
  return frame('stats', { Total: page.total, Unread: page.unread, Version });
}
