/**
 * Requests to speak another protocol on the same connection (RFC 9110 §7.8). Node hands over the
 * bare socket. The request goes through the app like any other, guard included; only when the app
 * agrees does the socket become a WebSocket, else the answer is written and the connection closed.
 * Other protocols are not spoken: such a request is answered as if it had not asked.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpProblem, problemResponse } from './errors.ts';
import { secureHeaders } from './security/headers.ts';
import type { HttpEnv } from './types.ts';

type Fetch = (request: Request, env: HttpEnv['Bindings']) => Response | Promise<Response>;
type Accept = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

export function createUpgradeHandler(
  fetch: Fetch,
  accept: Accept,
  { logError }: { logError(message: string, error: unknown): void },
): (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void {
  return (incoming, socket, head) => {
    // Whoever goes away while being answered has nothing to hear.
    socket.on('error', () => socket.destroy());
    answer().catch((error) => {
      logError('A request failed', error);
      socket.destroy();
    });

    async function answer(): Promise<void> {
      let isAccepted = false;
      const webSocket = {
        accept: () => {
          isAccepted = true;
        },
      };
      const request = toRequest(incoming);
      const env = { incoming, ...(isWebSocket(incoming) ? { webSocket } : {}) };
      const response = request === null ? unusable() : await fetch(request, env);
      if (isAccepted) accept(incoming, socket, head);
      else await write(socket, response);
    }
  };
}

export function isWebSocket(incoming: IncomingMessage): boolean {
  return incoming.headers.upgrade?.toLowerCase() === 'websocket';
}

/** Without a body: Node has not read it, and handshakes have none. */
function toRequest(incoming: IncomingMessage): Request | null {
  const { headers, method = 'GET', url = '/' } = incoming;
  const target = `http://${headers.host ?? ''}${url}`;
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
  if (!url.startsWith('/') || !URL.canParse(target) || hasBody) return null;
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  return new Request(target, { method, headers: fields });
}

function unusable(): Response {
  const response = problemResponse(
    new HttpProblem(
      'invalid_host',
      'The request asks for another protocol, and its target, its Host header field or its body do not allow that. Send it without "Upgrade".',
    ),
  );
  secureHeaders(response.headers);
  return response;
}

async function write(socket: Duplex, response: Response): Promise<void> {
  // Server-sent events have no end: nobody upgrades to them.
  const isEndless = response.headers.get('content-type') === 'text/event-stream';
  if (isEndless) await response.body?.cancel();
  const body = isEndless ? Buffer.alloc(0) : Buffer.from(await response.arrayBuffer());
  const fields = [...response.headers]
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const status = `${response.status} ${STATUS_CODES[response.status] ?? ''}`;
  const date = new Date().toUTCString();
  socket.write(
    `HTTP/1.1 ${status}\r\n${fields}Date: ${date}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
  );
  socket.end(body);
}
