/**
 * The TLS handshake, the same for STARTTLS and for implicit TLS: a connected socket goes in, a
 * secured one comes out or a reason that a person can read.
 *
 * A TLSSocket is built by hand rather than by `tls.Server` so that both ways share one secure
 * context, and with it the session tickets, and so that a handshake has its own deadline.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { TlsFacts } from '../../db/types.ts';
import { clearTimeout, setTimeout } from '../timers.ts';

export type HandshakeResult =
  | { readonly ok: true; readonly tls: TlsFacts }
  | { readonly ok: false; readonly reason: string };

export interface Upgrade {
  readonly socket: TLSSocket;
  /** Never rejects. After a failure the socket is destroyed. */
  readonly result: Promise<HandshakeResult>;
}

export function upgradeToTls(
  plain: Socket | Duplex,
  options: { readonly secureContext: SecureContext; readonly timeoutMs: number },
): Upgrade {
  const socket = new TLSSocket(plain, { isServer: true, secureContext: options.secureContext });
  const result = new Promise<HandshakeResult>((resolve) => {
    const settle = (outcome: HandshakeResult) => {
      clearTimeout(timer);
      socket.off('error', onError);
      socket.off('end', onClose);
      socket.off('close', onClose);
      // A socket without such a listener would end the process with a late error.
      socket.on('error', () => {});
      resolve(outcome);
      if (!outcome.ok) socket.destroy();
    };
    const onError = (error: Error) => settle({ ok: false, reason: describeError(error) });
    const onClose = () => settle({ ok: false, reason: closedReason });
    const timer = setTimeout(
      () => settle({ ok: false, reason: 'the client did not finish the handshake in time' }),
      options.timeoutMs,
    );
    socket.on('error', onError);
    socket.on('end', onClose);
    socket.on('close', onClose);
    socket.once('secure', () => settle({ ok: true, tls: tlsFactsOf(socket) }));
  });
  return { socket, result };
}

function tlsFactsOf(socket: TLSSocket): TlsFacts {
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.standardName ?? 'unknown',
    resumed: socket.isSessionReused(),
  };
}

const closedReason = 'the client closed the connection during the handshake';

/** OpenSSL's reasons that people meet, in their words. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|ALERT_PROTOCOL_VERSION/,
    'the client offers no TLS version as high as the minimum (--tls-min-version)',
  ],
  [/NO_SHARED_CIPHER/, 'client and server have no cipher in common'],
  [/HTTP_REQUEST/, 'the client spoke HTTP where a TLS handshake was expected'],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|RECORD_LAYER_FAILURE/,
    'the client sent something else than a TLS handshake',
  ],
  [
    /UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE|ALERT_DECRYPT_ERROR|CERTIFICATE_EXPIRED/,
    'the client does not trust the certificate; it has to trust the local CA',
  ],
  [/ECONNRESET|EPIPE/, closedReason],
];

function describeError(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  for (const [pattern, reason] of reasons) {
    if (pattern.test(code)) return reason;
  }
  return code === '' ? error.message : `the handshake failed (${code})`;
}
