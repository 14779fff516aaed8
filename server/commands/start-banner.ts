/** What the terminal shows once everything listens: where it is and how to point at it. */
import type { Config } from '../config/options.ts';
import type { Style } from '../config/render.ts';
import { formatDuration, formatSize } from '../config/units.ts';
import { hostAndPort, reachableHost } from './reachable-host.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Started {
  readonly version: string;
  readonly smtp: Address;
  readonly smtps: Address | null;
  /** `null` without HTTP. */
  readonly url: string | null;
  readonly caPem: string | null;
}

export function renderBanner(started: Started, config: Config, style: Style): string {
  const { bold, dim } = style;
  const { smtp, smtps, url, caPem, version } = started;
  const client = { host: reachableHost(smtp.host), port: smtp.port };
  const rows: readonly (readonly [name: string, value: string, note: string])[] = [
    ['Inbox', url ?? 'off', config.httpAuth === null ? '' : `as ${config.httpAuth.user}`],
    ['SMTP', hostAndPort(smtp), [tlsNote(config), authNote(config)].join(', ')],
    ...(smtps === null ? [] : [['SMTPS', hostAndPort(smtps), 'TLS from the first octet'] as const]),
    ['Mail', config.db, retentionNote(config)],
    ...(caPem === null || url === null
      ? []
      : [['CA', `${url}/api/ca.pem`, 'for clients that verify'] as const]),
  ];
  const shown = rows.map(
    ([name, value, note]) =>
      `  ${dim(name.padEnd(6))} ${bold(value)}${note === '' ? '' : `  ${dim(note)}`}`,
  );
  return [
    '',
    `  ${bold('prixfixe-dev')} ${dim(version)}`,
    '',
    ...shown,
    '',
    `  ${dim('Point your application at')} smtp://${hostAndPort(client)} ${dim('or')} SMTP_HOST=${client.host} SMTP_PORT=${client.port}`,
    `  ${dim('Try it with')} prixfixe-dev send${sendFlags(client)}${dim('; stop with Ctrl+C.')}`,
    '',
    '',
  ].join('\n');
}

/** `null` when nobody but this machine can reach the page, or when it asks who is there. */
export function exposureWarning(http: Address, config: Config): string | null {
  if (isLoopback(http.host) || config.httpAuth !== null) return null;
  return (
    `The page listens on ${hostAndPort(http)}, where other machines may reach it, and asks for no ` +
    'password: whoever comes can read and delete the mail. Set --http-auth (PRIXFIXE_HTTP_AUTH) ' +
    'to user:password, or keep to --http-host 127.0.0.1 (PRIXFIXE_HTTP_HOST).'
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function sendFlags({ host, port }: Address): string {
  const hostFlag = host === '127.0.0.1' ? '' : ` --smtp-host ${host}`;
  return port === 1025 ? hostFlag : `${hostFlag} --smtp-port ${port}`;
}

function tlsNote({ tls, tlsRequired }: Config): string {
  if (!tls) return 'no TLS';
  return tlsRequired ? 'STARTTLS required' : 'STARTTLS';
}

function authNote({ auth, authRequired }: Config): string {
  if (auth === 'off') return 'no login';
  const who =
    auth === 'any'
      ? 'any user and password'
      : `login as ${auth.map(({ user }) => user).join(' or ')}`;
  return authRequired ? `${who}, required` : who;
}

function retentionNote({ db, keepMessages, keepAgeMs, keepBytes }: Config): string {
  const limits = [
    keepMessages === 0 ? '' : `${keepMessages.toLocaleString('en-US')} messages`,
    keepBytes === 0 ? '' : formatSize(keepBytes),
    keepAgeMs === 0 ? '' : formatDuration(keepAgeMs),
  ].filter((limit) => limit !== '');
  const kept = limits.length === 0 ? 'keeps everything' : `keeps ${limits.join(', ')}`;
  return db === ':memory:' ? `${kept}, until it stops` : kept;
}
