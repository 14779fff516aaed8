/** Where an application shall send its mail, as the reader of the page has to write it down. */
import type { ServerInfoShape } from '../../../server/http/shapes.ts';

export type Encryption = 'none' | 'starttls' | 'tls';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly encryption: Encryption;
  /** The server offers STARTTLS: clients that take it unasked must be told not to, or trust the CA. */
  readonly startTlsOffered: boolean;
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

type Smtp = ServerInfoShape['smtp'];

/** What can be chosen on this server, the simplest first. */
export function encryptionsOf(smtp: Smtp): readonly Encryption[] {
  const offered: Encryption[] = [];
  if (smtp.tls !== 'required') offered.push('none');
  if (smtp.tls !== 'off') offered.push('starttls');
  if (smtp.tls !== 'off' && smtp.smtpsPort !== null) offered.push('tls');
  return offered;
}

export function targetOf(
  smtp: Smtp,
  choice: {
    readonly encryption: Encryption;
    readonly user: string;
    /** The host name under which the page itself was reached. */
    readonly pageHost: string;
  },
): Target {
  const user = choice.user.trim();
  const mustLogIn = smtp.auth === 'required';
  return {
    host: clientHost(smtp.host, choice.pageHost),
    port: choice.encryption === 'tls' ? (smtp.smtpsPort ?? smtp.port) : smtp.port,
    encryption: choice.encryption,
    startTlsOffered: smtp.tls !== 'off',
    credentials:
      smtp.auth === 'off' || (user === '' && !mustLogIn)
        ? null
        : { user: user === '' ? 'app' : user, password: smtp.authAcceptsAny ? 'any' : 'PASSWORD' },
  };
}

/** An address to connect to: the wildcard addresses say where to listen, not where to go. */
export function clientHost(boundHost: string, pageHost: string): string {
  const isWildcard = ['', '0.0.0.0', '::', '[::]', '*'].includes(boundHost);
  return isWildcard ? pageHost.replace(/^\[|\]$/g, '') || 'localhost' : boundHost;
}

/** An IPv6 address needs brackets where a port follows. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

export function smtpUrl({ host, port, encryption, credentials }: Target, query = ''): string {
  const userinfo =
    credentials === null
      ? ''
      : `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`;
  const scheme = encryption === 'tls' ? 'smtps' : 'smtp';
  return `${scheme}://${userinfo}${hostInUrl(host)}:${port}${query}`;
}
