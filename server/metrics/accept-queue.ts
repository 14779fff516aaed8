/**
 * The kernel's accept queues, as Linux shows them in /proc/net/tcp and tcp6: for a listening socket
 * (state 0A) the column rx_queue is the number of connections that wait to be accepted.
 *
 * The kernel writes listening sockets first, and stops writing when it has as many octets as were
 * asked for. Asking for no more than up to our row makes one look cost microseconds; one octet
 * beyond the listening sockets and the kernel walks the table of all connections, a hundred times
 * as dear. So the place of the row is kept, and looked for again only when it has moved.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { endianness } from 'node:os';

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

const pageBytes = 4096;
/** Listening sockets before ours that are looked through: far more than any machine has. */
const searchBytesMax = 1_048_576;

export class AcceptQueueReader {
  readonly #sockets: readonly {
    readonly file: number;
    readonly row: string;
    /** Where our row ended the last time. */
    endBytes: number;
  }[];
  readonly #files = new Map<string, number>();
  #buffer = Buffer.alloc(pageBytes);

  /** Throws where the files cannot be read. */
  constructor(sockets: readonly SocketAddress[]) {
    try {
      this.#sockets = sockets.map(({ host, port }) => ({
        file: this.#open(isIPv4(host) ? '/proc/net/tcp' : '/proc/net/tcp6'),
        row: rowOf({ host, port }),
        endBytes: 0,
      }));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Connections waiting at the socket with this index; `null` when it does not listen. */
  depth(index: number): number | null {
    const socket = this.#sockets[index];
    if (socket === undefined) return null;
    if (socket.endBytes > 0) {
      const text = this.#read(socket.file, socket.endBytes);
      const found = depthIn(text, socket.row);
      if (found !== null) return found.depth;
      socket.endBytes = 0;
    }
    for (let bytes = pageBytes; bytes <= searchBytesMax; bytes *= 4) {
      const text = this.#read(socket.file, bytes);
      const found = depthIn(text, socket.row);
      if (found !== null) {
        socket.endBytes = found.endBytes;
        return found.depth;
      }
      if (text.length < bytes / 2) return null;
    }
    return null;
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #open(path: string): number {
    const file = this.#files.get(path) ?? openSync(path, 'r');
    this.#files.set(path, file);
    return file;
  }

  /** The kernel gives at most a page at a time. */
  #read(file: number, bytes: number): string {
    if (this.#buffer.length < bytes) this.#buffer = Buffer.alloc(bytes);
    let end = 0;
    while (end < bytes) {
      const count = readSync(file, this.#buffer, end, Math.min(pageBytes, bytes - end), end);
      end += count;
      if (count === 0) break;
    }
    return this.#buffer.toString('latin1', 0, end);
  }
}

/** Local address, any peer, state 0A: what tells the row of a listening socket from all others. */
export function rowOf({ host, port }: SocketAddress): string {
  const local = procAddress(host);
  const anyPeer = `${'0'.repeat(local.length)}:0000`;
  return ` ${local}:${port.toString(16).toUpperCase().padStart(4, '0')} ${anyPeer} 0A `;
}

function depthIn(text: string, row: string): { depth: number; endBytes: number } | null {
  const at = text.indexOf(row);
  if (at === -1) return null;
  // tx_queue:rx_queue, eight hexadecimal digits each.
  const depth = Number.parseInt(text.slice(at + row.length + 9, at + row.length + 17), 16);
  if (Number.isNaN(depth)) return null;
  const end = text.indexOf('\n', at);
  return { depth, endBytes: end === -1 ? at + row.length + 17 : end + 1 };
}

/** 32-bit words as this machine stores them, in hexadecimal. */
function procAddress(host: string): string {
  const octets = isIPv4(host) ? host.split('.').map(Number) : ipv6Octets(host);
  const words: string[] = [];
  for (let index = 0; index < octets.length; index += 4) {
    const word = octets.slice(index, index + 4);
    if (endianness() === 'LE') word.reverse();
    words.push(...word.map((octet) => octet.toString(16).toUpperCase().padStart(2, '0')));
  }
  return words.join('');
}

function ipv6Octets(host: string): number[] {
  const address = host.replace(/%.*$/, '').replace(/[\d.]+$/, (tail) => {
    if (!isIPv4(tail)) return tail;
    const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const gap = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...gap, ...last].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

export interface ListenCounters {
  readonly overflows: number;
  readonly drops: number;
}

/** TcpExt of /proc/net/netstat: counters of the whole host, as a line of names and one of values. */
export function parseListenCounters(netstat: string): ListenCounters | null {
  const [names, values] = netstat
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.trim().split(/\s+/));
  const counterOf = (name: string) => {
    const index = names?.indexOf(name) ?? -1;
    return index === -1 ? Number.NaN : Number(values?.[index]);
  };
  const counters = { overflows: counterOf('ListenOverflows'), drops: counterOf('ListenDrops') };
  return Number.isNaN(counters.overflows) || Number.isNaN(counters.drops) ? null : counters;
}

export function readListenCounters(): ListenCounters | null {
  return parseListenCounters(readFileSync('/proc/net/netstat', 'latin1'));
}

/** The kernel's ceiling on every backlog; `null` where it is not known. */
export function readSomaxconn(): number | null {
  try {
    const limit = Number(readFileSync('/proc/sys/net/core/somaxconn', 'latin1'));
    return Number.isInteger(limit) ? limit : null;
  } catch {
    // Not Linux, or hidden: the backlog asked for is all that is known.
    return null;
  }
}
