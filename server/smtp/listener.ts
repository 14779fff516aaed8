/**
 * The listening sockets of one port. A name with several addresses, such as `localhost`, is listened
 * to on all of them, so that a client may try any first.
 *
 * libuv accepts one connection per turn of the event loop and listener; those who come meanwhile
 * wait in the kernel's accept queue, whose length is the backlog. One that finds the queue full has
 * to repeat its SYN a second later, hence the care for that number.
 */

import { lookup } from 'node:dns/promises';
import { createServer, isIP, type Server, type Socket } from 'node:net';
import { errorCode, ListenError, type ListenPlace } from '../listen-error.ts';
import type { ListeningAddress, SessionFacts } from './types.ts';

export interface ListenerOptions {
  readonly name: SessionFacts['listener'];
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** 0 = the platform's SOMAXCONN. */
  readonly backlog: number;
  /** `at` is the very object that stands in `Listener.sockets`. */
  readonly onSocket: (socket: Socket, at: ListeningAddress) => void;
  /** An accept that failed, such as for want of file descriptors; listening goes on. */
  readonly onError: (error: Error) => void;
}

export interface Listener {
  readonly name: SessionFacts['listener'];
  readonly address: ListeningAddress;
  readonly sockets: readonly ListeningAddress[];
  /** Stops accepting; connections that were accepted go on. */
  close(): void;
}

/**
 * listen(2) takes an int and the kernel cuts it to its own ceiling (`net.core.somaxconn`), so the
 * largest int asks for just that. Node's own default would be 511, and 0 would mean that default.
 */
const backlogOfPlatform = 0x7fff_ffff;

/** How often any free port is tried until it is free for every address of a name. */
const freePortAttempts = 20;

export async function openListener(options: ListenerOptions): Promise<Listener> {
  const addresses = await addressesOf(options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenOnAll(addresses, options);
    } catch (error) {
      const another = options.port === 0 && errorCode(error) === 'EADDRINUSE';
      if (!another || attempt === freePortAttempts) {
        throw new ListenError(placeOf(options), error);
      }
    }
  }
}

function placeOf({ name, host, port }: ListenerOptions): ListenPlace {
  return {
    what: name.toUpperCase(),
    host,
    port,
    hostOption: '--smtp-host (PRIXFIXE_SMTP_HOST)',
    portOption: `--${name}-port (PRIXFIXE_${name.toUpperCase()}_PORT)`,
  };
}

async function addressesOf(options: ListenerOptions): Promise<readonly string[]> {
  if (isIP(options.host) !== 0) return [options.host];
  try {
    const found = await lookup(options.host, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    throw new ListenError(placeOf(options), error);
  }
}

async function listenOnAll(
  addresses: readonly string[],
  options: ListenerOptions,
): Promise<Listener> {
  const servers: Server[] = [];
  const sockets: ListeningAddress[] = [];
  const close = () => {
    for (const server of servers) server.close();
  };
  let first: ListeningAddress | null = null;
  let missing: unknown = null;
  for (const host of addresses) {
    try {
      const server = await listen(host, first?.port ?? options.port, options);
      servers.push(server);
      const address = addressOf(server);
      // Connections come in the turns of the loop after this one.
      server.on('connection', (socket) => options.onSocket(socket, address));
      sockets.push(address);
      first ??= address;
    } catch (error) {
      // A machine may know `::1` by name and still have IPv6 switched off.
      if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(errorCode(error))) {
        close();
        throw error;
      }
      missing = error;
    }
  }
  if (first === null) throw missing;
  return { name: options.name, address: first, sockets, close };
}

function listen(host: string, port: number, options: ListenerOptions): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  const backlog = options.backlog === 0 ? backlogOfPlatform : options.backlog;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', options.onError);
      resolve(server);
    });
  });
}

function addressOf(server: Server): ListeningAddress {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP listener');
  return { host: address.address, port: address.port };
}
