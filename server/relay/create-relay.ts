/**
 * The relay: one submission by SMTP for each message that somebody wants passed on. Nothing is
 * passed on by itself, nothing is queued and nothing tried again: what the server says is the
 * answer to whoever asked.
 *
 * Where a password has to be sent, TLS is asked for unless the server is on this machine or TLS
 * was switched off in words.
 */
import { isIP } from 'node:net';
import { newMessageId } from '../message-id.ts';
import { matchesAny } from './address-pattern.ts';
import { RelayError } from './relay-error.ts';
import type { Relay, RelayOptions, Released } from './types.ts';

const connectTimeoutMs = 10_000;
/** Longest silence. */
const socketTimeoutMs = 30_000;
/** All of it. */
const releaseTimeoutMs = 60_000;

export function createRelay(
  options: RelayOptions,
  timeouts: { readonly releaseMs?: number } = {},
): Relay {
  const { credential: _, ...shown } = options;
  return {
    options: shown,
    check(addresses) {
      const { allowed, blocked } = options;
      const notAllowed =
        allowed.length === 0 ? [] : addresses.filter((address) => !matchesAny(address, allowed));
      return {
        notAllowed,
        blocked: addresses.filter(
          (address) => !notAllowed.includes(address) && matchesAny(address, blocked),
        ),
      };
    },
    async release({ raw, to }) {
      const { senderOf } = await import('./rewrite-header.ts');
      const from = options.returnPath ?? options.overrideFrom ?? senderOf(raw);
      if (from === null) {
        throw new RelayError(
          'noSender',
          'The message names no sender: it has no From with an address. Set one for all released messages with --relay-return-path (PRIXFIXE_RELAY_RETURN_PATH).',
        );
      }
      return submit({ from, to, raw }, options, timeouts.releaseMs);
    },
  };
}

async function submit(
  message: { readonly from: string; readonly to: readonly string[]; readonly raw: Uint8Array },
  options: RelayOptions,
  releaseMs = releaseTimeoutMs,
): Promise<Released> {
  // Only when it is needed: nobody should wait for them when the program starts.
  const [{ createTransport }, { encodeWords }, { rewriteHeader }] = await Promise.all([
    import('nodemailer'),
    import('nodemailer/lib/mime-funcs'),
    import('./rewrite-header.ts'),
  ]);
  const nowMs = Date.now();
  const octets = rewriteHeader(message.raw, {
    date: new Date(nowMs),
    messageId: options.preserveMessageIds ? null : `${newMessageId(nowMs)}@${options.hostname}`,
    overrideFrom: options.overrideFrom,
    encodeWords: (text) => encodeWords(text, 'B', 52, true),
  });
  const transport = createTransport({
    host: options.host,
    port: options.port,
    name: options.hostname,
    secure: options.tls === 'tls',
    ignoreTLS: options.tls === 'off',
    requireTLS: options.tls === 'starttls' || (options.tls === 'offered' && hasSecret(options)),
    tls: {
      rejectUnauthorized: !options.anyCertificate,
      ...(isIP(options.host) === 0 ? { servername: options.host } : {}),
    },
    ...(options.credential === null
      ? {}
      : { auth: { user: options.credential.user, pass: options.credential.password } }),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: socketTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const isEightBit = octets.some((octet) => octet > 0x7f);
  const sent = transport.sendMail({
    envelope: { from: message.from, to: [...message.to], use8BitMime: isEightBit },
    raw: octets,
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${releaseMs / 1_000} s`)),
      releaseMs,
    );
  });
  try {
    const { accepted, rejected, rejectedErrors } = await Promise.race([sent, tooLong]);
    return {
      accepted: accepted.map(String),
      rejected: rejected.map((address, i) => ({
        address: String(address),
        reply: said(rejectedErrors?.[i]),
      })),
    };
  } catch (error) {
    sent.catch(() => {
      // It is told below why the wait is over.
    });
    throw explain(error, options);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function hasSecret({ credential, host }: RelayOptions): boolean {
  const isHere = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);
  return credential !== null && !isHere;
}

function explain(error: unknown, { host, port }: RelayOptions): RelayError {
  const server = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const code = error instanceof Error && 'responseCode' in error ? error.responseCode : undefined;
  return code === undefined
    ? new RelayError('unreachable', `${server} could not be used: ${said(error)}`, error)
    : new RelayError('refused', `${server} refused: ${said(error)}`, error);
}

const replyCharactersMax = 500;

/** A reply on one line; it is another server's text. */
function said(error: unknown): string {
  const reply = error instanceof Error && 'response' in error ? error.response : undefined;
  const text =
    typeof reply === 'string' && reply !== ''
      ? reply
      : error instanceof Error
        ? error.message
        : 'no reason given';
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, replyCharactersMax);
}
