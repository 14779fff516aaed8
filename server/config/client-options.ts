/** Rows of the subcommands that talk to a running server. */
import type { OptionRow } from './row.ts';

export const smtpClientOptions = [
  {
    key: 'smtpHost',
    flag: 'smtp-host',
    kind: 'host',
    heading: 'SMTP',
    default: '127.0.0.1',
    text: 'Where the running server listens.',
  },
  {
    key: 'smtpPort',
    flag: 'smtp-port',
    kind: 'port',
    heading: 'SMTP',
    default: 1025,
    text: 'Its SMTP port.',
  },
  {
    key: 'smtpUser',
    flag: 'smtp-user',
    kind: 'credential',
    heading: 'SMTP',
    default: null,
    off: null,
    text: 'Log in as this user.',
  },
] as const satisfies readonly OptionRow[];

export const httpClientOptions = [
  {
    key: 'url',
    flag: 'url',
    kind: 'url',
    heading: 'HTTP',
    default: 'http://127.0.0.1:8025',
    text: 'The page of the running server.',
  },
  {
    key: 'httpAuth',
    flag: 'http-auth',
    kind: 'credential',
    heading: 'HTTP',
    default: null,
    off: null,
    text: 'User and password, where the page asks for them.',
  },
] as const satisfies readonly OptionRow[];
