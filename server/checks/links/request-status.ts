/**
 * One request to one address that a stranger chose. The name is looked up here, every address that
 * comes back is checked, and the connection goes to one of those and is checked once more, so a
 * name that resolves differently the second time gains nothing. Nothing of the body is kept.
 */
import { lookup as systemLookup } from 'node:dns';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export interface RequestOptions {
  readonly method: 'HEAD' | 'GET';
  readonly signal: AbortSignal;
  readonly userAgent: string;
  /** In place of `isPublicAddress`. */
  readonly mayConnect?: (address: string) => boolean;
  /** In place of the system's resolver. */
  readonly lookup?: typeof systemLookup;
}

export interface Answer {
  readonly status: number;
  readonly location: string | null;
}

/** The address is none that anybody's mail may send us to. */
export class BlockedAddress extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BlockedAddress';
  }
}

const headerBytesMax = 16 * 1024;

/** Rejects with `BlockedAddress`, or with what the network said. */
export function requestStatus(url: URL, options: RequestOptions): Promise<Answer> {
  const mayConnect = options.mayConnect ?? isPublicAddress;
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !mayConnect(host)) throw blocked(host);
    const isSecure = url.protocol === 'https:';
    const request: ClientRequest = (isSecure ? httpsRequest : httpRequest)(url, {
      method: options.method,
      // Of its own: nothing is kept open, and no proxy of the environment comes between.
      agent: isSecure ? new HttpsAgent() : new HttpAgent(),
      lookup: checkedLookup(options.lookup ?? systemLookup, mayConnect),
      signal: options.signal,
      maxHeaderSize: headerBytesMax,
      headers: { 'User-Agent': options.userAgent, Accept: '*/*' },
    });
    request.on('socket', (socket) =>
      socket.once('connect', () => {
        if (!mayConnect(socket.remoteAddress ?? '')) {
          request.destroy(blocked(socket.remoteAddress ?? host));
        }
      }),
    );
    request.once('response', (response) => {
      // What was asked for is known; whatever else comes stays in the kernel.
      response.destroy();
      resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null });
    });
    request.on('error', reject);
    request.end();
  });
}

/** Calls back with addresses of which all may be connected to, or with an error. */
function checkedLookup(
  lookup: typeof systemLookup,
  mayConnect: (address: string) => boolean,
): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { family: options.family ?? 0, all: true }, (error, found) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${host} has no address`), '', 0);
        return;
      }
      const refused = found.find(({ address }) => !mayConnect(address));
      if (refused !== undefined) callback(blocked(`${host}, ${refused.address},`), '', 0);
      else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

function blocked(what: string): BlockedAddress {
  return new BlockedAddress(
    `${what} is an address of this machine, its network or none of the public ones`,
  );
}
