/**
 * An HTTP client that sends exactly the octets it is told to, for what well-behaved clients cannot
 * send, and that reads one answer to its end.
 */
import { connect, type Socket } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** Names in lower case; several fields of one name are joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Everything that came, for answers that are not HTTP. */
  readonly octets: Buffer;
}

export async function sendRaw(port: number, octets: string | Uint8Array): Promise<RawResponse> {
  const socket = await openSocket(port);
  socket.write(octets);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk);
    const soFar = parseResponse(Buffer.concat(chunks));
    if (soFar !== null) {
      socket.destroy();
      return soFar;
    }
  }
  const rest = Buffer.concat(chunks);
  return (
    parseResponse(rest, true) ?? { status: 0, headers: {}, body: Buffer.alloc(0), octets: rest }
  );
}

/** A request with the header fields of a well-behaved client unless `headers` says otherwise. */
export function request(
  port: number,
  line: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  body = '',
): Promise<RawResponse> {
  const fields = Object.entries({
    Host: `127.0.0.1:${port}`,
    Connection: 'close',
    ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  });
  const lines = fields.flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each}\r\n`),
  );
  return sendRaw(port, `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // A server that has answered may reset what it did not read; the answer is what counts.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** However it came about: `events.once` would reject after a reset. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** `null` while the answer is not complete; `atEnd` says that nothing more will come. */
function parseResponse(octets: Buffer, atEnd = false): RawResponse | null {
  const headEnd = octets.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [statusLine = '', ...fieldLines] = octets.toString('latin1', 0, headEnd).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of fieldLines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const rest = octets.subarray(headEnd + 4);
  const body = completeBody(rest, headers, atEnd);
  if (body === null) return null;
  return { status: Number(statusLine.split(' ')[1]), headers, body, octets };
}

function completeBody(rest: Buffer, headers: Record<string, string>, atEnd: boolean) {
  if (headers['transfer-encoding'] === 'chunked') return dechunk(rest) ?? (atEnd ? rest : null);
  const length = headers['content-length'];
  if (length === undefined || atEnd) return atEnd ? rest : null;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : null;
}

function dechunk(rest: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    if (size === 0) return Buffer.concat(chunks);
    const end = lineEnd + 2 + size;
    if (rest.length < end + 2) return null;
    chunks.push(rest.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}
