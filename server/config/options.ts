/**
 * THE table of options. Flag, `PRIXFIXE_…` variable, configuration-file key, type, default,
 * limits, `--help` and the table in README.md all derive from these rows: a new option is a new
 * row and its use. How a kind is written and read is in `values.ts`.
 */
import type { OptionRow, ValuesOf } from './row.ts';
import { day, GiB, hour, KiB, MiB, second } from './units.ts';

export const headings = ['SMTP', 'TLS', 'HTTP', 'storage', 'logging'] as const;
export type Heading = (typeof headings)[number];

const longestTimeout = hour * 24;

export const options = [
  {
    key: 'smtpHost',
    flag: 'smtp-host',
    kind: 'host',
    heading: 'SMTP',
    default: '127.0.0.1',
    text: 'Address on which SMTP listens.',
  },
  {
    key: 'smtpPort',
    flag: 'smtp-port',
    kind: 'port',
    heading: 'SMTP',
    default: 1025,
    text: 'Port of SMTP, with STARTTLS; 0 takes any free one.',
  },
  {
    key: 'smtpsPort',
    flag: 'smtps-port',
    kind: 'port',
    heading: 'SMTP',
    default: null,
    off: null,
    text: 'Port of SMTP with TLS from the first octet; 0 takes any free one.',
  },
  {
    key: 'hostname',
    flag: 'hostname',
    kind: 'hostname',
    heading: 'SMTP',
    default: 'localhost',
    text: 'Name in the greeting, in the reply to EHLO and in the generated certificate.',
  },
  {
    key: 'auth',
    flag: 'auth',
    kind: 'smtpAuth',
    heading: 'SMTP',
    default: 'any',
    off: 'off',
    text: 'SMTP users who may log in, or `any` for whatever user and password a client has.',
  },
  {
    key: 'authRequired',
    flag: 'require-auth',
    kind: 'switch',
    heading: 'SMTP',
    default: false,
    text: 'Refuse mail from clients that have not logged in.',
  },
  {
    key: 'listenBacklog',
    flag: 'listen-backlog',
    kind: 'count',
    heading: 'SMTP',
    default: 256,
    min: 0,
    max: 65_535,
    text: "Connections that may wait to be accepted, on every listener; 0 takes the system's limit (SOMAXCONN).",
  },
  {
    key: 'connectionsMax',
    flag: 'max-connections',
    kind: 'count',
    heading: 'SMTP',
    default: 100,
    min: 1,
    max: 100_000,
    text: 'SMTP connections at a time; one more is answered 421 and closed.',
  },
  {
    key: 'connectionsPerAddressMax',
    flag: 'max-connections-per-ip',
    kind: 'count',
    heading: 'SMTP',
    default: 0,
    off: 0,
    min: 0,
    max: 100_000,
    text: 'SMTP connections at a time from one address.',
  },
  {
    key: 'messageBytesMax',
    flag: 'max-message-size',
    kind: 'size',
    heading: 'SMTP',
    default: 10 * MiB,
    // RFC 5321 §4.5.3.1.7 wants 64 KiB at least; less is allowed so that 552 can be tried out.
    min: 1,
    max: GiB,
    text: 'Largest message, as announced by SIZE.',
  },
  {
    key: 'recipientsMax',
    flag: 'max-recipients',
    kind: 'count',
    heading: 'SMTP',
    default: 1000,
    min: 1,
    max: 100_000,
    text: 'Recipients of one message.',
  },
  {
    key: 'errorsMax',
    flag: 'max-errors',
    kind: 'count',
    heading: 'SMTP',
    default: 20,
    min: 1,
    max: 1_000_000,
    text: 'Refused commands after which a session is closed with 421.',
  },
  {
    key: 'bytesInFlightMax',
    flag: 'max-bytes-in-flight',
    kind: 'size',
    heading: 'SMTP',
    default: 256 * MiB,
    min: MiB,
    max: 64 * GiB,
    text: 'Memory for messages on their way in, over all sessions; beyond it clients wait, then get 452.',
  },
  {
    key: 'commandTimeoutMs',
    flag: 'command-timeout',
    kind: 'duration',
    heading: 'SMTP',
    default: 300 * second,
    min: 100,
    max: longestTimeout,
    text: 'Longest silence before a command; then 421.',
  },
  {
    key: 'dataTimeoutMs',
    flag: 'data-timeout',
    kind: 'duration',
    heading: 'SMTP',
    default: 180 * second,
    min: 100,
    max: longestTimeout,
    text: 'Longest silence within a message; then 421.',
  },

  {
    key: 'tls',
    flag: 'tls',
    kind: 'switch',
    heading: 'TLS',
    default: true,
    text: 'Offer no TLS at all.',
  },
  {
    key: 'tlsRequired',
    flag: 'require-tls',
    kind: 'switch',
    heading: 'TLS',
    default: false,
    text: 'Refuse mail from clients that have not switched to TLS.',
  },
  {
    key: 'tlsCertFile',
    flag: 'tls-cert',
    kind: 'file',
    heading: 'TLS',
    default: null,
    defaultText: 'generated',
    text: 'Certificate chain, PEM. Without one a local CA and a certificate are made once and kept.',
  },
  {
    key: 'tlsKeyFile',
    flag: 'tls-key',
    kind: 'file',
    heading: 'TLS',
    default: null,
    defaultText: 'generated',
    text: 'Private key of the certificate, PEM.',
  },
  {
    key: 'tlsMinVersion',
    flag: 'tls-min-version',
    kind: 'choice',
    heading: 'TLS',
    default: 'TLSv1.2',
    choices: ['TLSv1.2', 'TLSv1.3'],
    text: 'Oldest version of TLS that is spoken.',
  },

  {
    key: 'httpHost',
    flag: 'http-host',
    kind: 'host',
    heading: 'HTTP',
    default: '127.0.0.1',
    text: 'Address on which the page, the API and the events listen.',
  },
  {
    key: 'httpPort',
    flag: 'http-port',
    kind: 'port',
    heading: 'HTTP',
    default: 8025,
    text: 'Port of the page, the API and the events; 0 takes any free one.',
  },
  {
    key: 'httpAuth',
    flag: 'http-auth',
    kind: 'credential',
    heading: 'HTTP',
    default: null,
    off: null,
    text: 'User and password for the page and the API; set it when others can reach the address.',
  },
  {
    key: 'allowedHosts',
    flag: 'allowed-hosts',
    kind: 'hosts',
    heading: 'HTTP',
    default: [],
    text: 'Host names under which the page may be asked for, beside localhost and addresses bound.',
  },
  {
    key: 'allowedOrigins',
    flag: 'allowed-origins',
    kind: 'origins',
    heading: 'HTTP',
    default: [],
    text: 'Origins of other pages that may use the API.',
  },
  {
    key: 'open',
    flag: 'open',
    kind: 'switch',
    heading: 'HTTP',
    default: false,
    text: 'Open the page in the browser when started.',
  },

  {
    key: 'dataDir',
    flag: 'data-dir',
    kind: 'directory',
    heading: 'storage',
    default: null,
    defaultText: 'per-user data directory',
    text: 'Folder of the database and the generated certificates.',
  },
  {
    key: 'db',
    flag: 'db',
    kind: 'database',
    heading: 'storage',
    default: null,
    defaultText: 'mail.db in the data directory',
    text: 'Database file; :memory: keeps no mail on disk.',
  },
  {
    key: 'durability',
    flag: 'durability',
    kind: 'choice',
    heading: 'storage',
    default: 'normal',
    choices: ['normal', 'full'],
    text: 'normal survives a killed process; full survives a power cut too, and is slower.',
  },
  {
    key: 'keepMessages',
    flag: 'keep-messages',
    kind: 'count',
    heading: 'storage',
    default: 10_000,
    off: 0,
    min: 0,
    max: 100_000_000,
    text: 'Messages kept; beyond it the oldest go.',
  },
  {
    key: 'keepAgeMs',
    flag: 'keep-age',
    kind: 'duration',
    heading: 'storage',
    default: 0,
    off: 0,
    min: 0,
    max: 36_500 * day,
    text: 'Age beyond which messages go.',
  },
  {
    key: 'keepBytes',
    flag: 'keep-bytes',
    kind: 'size',
    heading: 'storage',
    default: GiB,
    off: 0,
    min: 0,
    max: 1024 * GiB,
    text: 'Size of all messages together; beyond it the oldest go.',
  },

  {
    key: 'logLevel',
    flag: 'log-level',
    kind: 'choice',
    heading: 'logging',
    default: 'info',
    choices: ['error', 'warn', 'info', 'debug'],
    text: 'What is logged to standard error, one line each.',
  },
  {
    key: 'quiet',
    flag: 'quiet',
    kind: 'switch',
    heading: 'logging',
    default: false,
    text: 'Say nothing but warnings and errors.',
  },
] as const satisfies readonly OptionRow[];

/** Where the rows above may be written down; itself it is only a flag and a variable. */
export const configFileOption = {
  key: 'configFile',
  flag: 'config',
  kind: 'file',
  heading: 'general',
  default: null,
  text: 'Read options from a JSON file; its keys are the flags in camelCase: {"smtpPort": 2525}.',
} as const satisfies OptionRow;

export type OptionKey = (typeof options)[number]['key'];

/** Where the mail and the certificates are, once the platform has been asked. */
interface Locations {
  /** Absolute. It need not exist yet. */
  readonly dataDir: string;
  /** Absolute path of a file, or `:memory:`. */
  readonly db: string;
}

/** The resolved configuration: every key present, absence is `null`. */
export type Config = Omit<ValuesOf<typeof options>, keyof Locations> & Locations;
