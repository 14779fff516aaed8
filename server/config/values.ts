/** How each kind of value is written, read and shown. Nothing half-parses: `12x5` is not 12. */
import { isIPv4, isIPv6 } from 'node:net';
import { join, resolve } from 'node:path';
import { FaultSpecError } from '../faults/errors.ts';
import { parseRule } from '../faults/parse-rule.ts';
import { type Catcher, type Credential, canBeOff, type KindValues, type OptionRow } from './row.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

/** `allowed` finishes the sentence "It has to be …". */
export type Reading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly allowed: string };

/** What relative paths are relative to, and what `~/` stands for. */
export interface Place {
  readonly base: string;
  readonly home: string;
}

interface KindRules {
  /** In `--help`: `<port>`. */
  readonly placeholder: string;
  /** May be given several times or with commas between; `read` then reads one item. */
  readonly list: boolean;
  /** Between the items of a list; a comma unless given. */
  readonly separator?: string;
  /** Never repeated in an error. */
  readonly secret: boolean;
  readonly read: (text: string, row: OptionRow, place: Place) => Reading;
  readonly show: (value: unknown) => string;
}

const catchers = ['mailhog', 'maildev'] as const satisfies readonly Catcher[];
const asWritten = (value: unknown) => String(value);
const listed = (value: unknown) =>
  Array.isArray(value) && value.length > 0 ? value.join(',') : 'none';

const rules: Readonly<Record<keyof KindValues, KindRules>> = {
  switch: {
    placeholder: '',
    list: false,
    secret: false,
    read: readSwitch,
    show: (value) => (value === true ? 'on' : 'off'),
  },
  text: plain('<text>', (text) => (text === '' ? refuse('some text') : accept(text))),
  host: plain('<host>', (text) =>
    isHost(text) ? accept(unbracket(text)) : refuse('an IP address or a host name, without a port'),
  ),
  hostname: plain('<name>', (text) =>
    isHostName(text) ? accept(text) : refuse('a host name such as localhost or mail.example.test'),
  ),
  port: plain('<port>', (text, row) => readNumber(text, row, { min: 0, max: 65_535 })),
  count: plain('<n>', (text, row) => readNumber(text, row, row)),
  size: {
    ...plain('<size>', (text, row) =>
      within(parseSize(text), row, formatSize, 'a size such as 512KiB, 10MiB or 1GiB'),
    ),
    show: (value) => formatSize(Number(value)),
  },
  duration: {
    ...plain('<time>', (text, row) =>
      within(parseDuration(text), row, formatDuration, 'a time such as 500ms, 300s, 5m or 7d'),
    ),
    show: (value) => formatDuration(Number(value)),
  },
  percent: {
    ...plain('<share>', readPercent),
    show: (value) => `${Number((Number(value) * 100).toFixed(4))}%`,
  },
  choice: plain('<choice>', readChoice),
  file: plain('<file>', readPath),
  directory: plain('<folder>', readPath),
  output: plain('<file>', (text, row, place) =>
    text === '-' ? accept(text) : readPath(text, row, place),
  ),
  database: plain('<file>', (text, row, place) =>
    text === ':memory:' ? accept(text) : readPath(text, row, place),
  ),
  url: plain('<url>', readUrl),
  endpoint: plain('<host:port>', readEndpoint),
  credential: {
    placeholder: '<user:password>',
    list: false,
    secret: true,
    read: readCredential,
    show: () => '(set)',
  },
  mailbox: plain('<address>', (text) =>
    isMailbox(text) ? accept(text) : refuse('an address such as bounces@example.test'),
  ),
  mailboxes: {
    placeholder: '<address,…>',
    list: true,
    secret: false,
    read: (text) =>
      readItem(
        text === '*' || isMailbox(text) ? text : null,
        'addresses, with * for any characters: *@example.test',
      ),
    show: listed,
  },
  smtpAuth: {
    placeholder: '<user:password,…>',
    list: true,
    secret: true,
    read: (text) => readItem(parseCredential(text), 'any, or user:password, several with commas'),
    show: (value) => (typeof value === 'string' ? value : '(set)'),
  },
  hosts: {
    placeholder: '<host,…>',
    list: true,
    secret: false,
    read: (text) => readItem(isHost(text) ? unbracket(text) : null, 'host names without a port'),
    show: listed,
  },
  catchers: {
    placeholder: '<name,…>',
    list: true,
    secret: false,
    read: (text) =>
      readItem(catchers.find((name) => name === text.toLowerCase()) ?? null, 'mailhog or maildev'),
    show: listed,
  },
  variables: {
    placeholder: '<NAME=value>',
    list: true,
    secret: false,
    read: (text) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
      return readItem(name === undefined ? null : { name, value }, 'NAME=value');
    },
    show: () => '(set)',
  },
  faults: {
    placeholder: '<rule;…>',
    list: true,
    // Rules hold commas of their own.
    separator: ';',
    secret: false,
    read: readFault,
    show: listed,
  },
  origins: {
    placeholder: '<origin,…>',
    list: true,
    secret: false,
    read: (text) => readItem(originOf(text), 'origins such as http://app.localhost:3000'),
    show: listed,
  },
};

/** `texts` has one member, or several for a list. */
export function readValue(row: OptionRow, texts: readonly string[], place: Place): Reading {
  const word = texts.length === 1 ? texts[0]?.toLowerCase() : undefined;
  if (row.kind !== 'switch' && row.off !== undefined && word === 'off') return accept(row.off);
  if (row.kind === 'smtpAuth' && word === 'any') return accept('any');

  const readings = texts.map((text) => rules[row.kind].read(text, row, place));
  const refused = readings.find((reading) => !reading.ok);
  if (refused !== undefined && !refused.ok) {
    const offToo = row.kind !== 'switch' && canBeOff(row);
    return offToo ? refuse(`${refused.allowed}, or off`) : refused;
  }
  const values = readings.map((reading) => (reading.ok ? reading.value : null));
  return accept(rules[row.kind].list ? values : values[0]);
}

export function isList(row: OptionRow): boolean {
  return rules[row.kind].list;
}

/** The items of a list that was written as one text. */
export function splitItems(row: OptionRow, text: string): readonly string[] {
  const { list, separator = ',' } = rules[row.kind];
  if (!list) return [text];
  // JSON may hold any separator.
  if (separator === ';' && text.trimStart().startsWith('{')) return [text];
  return text.split(separator).map((item) => item.trim());
}

export function isSecret(row: OptionRow): boolean {
  return rules[row.kind].secret;
}

export function placeholderOf(row: OptionRow): string {
  return row.placeholder ?? rules[row.kind].placeholder;
}

/** A default as it is shown to people. */
export function showDefault(row: OptionRow): string {
  if (row.defaultText !== undefined) return row.defaultText;
  if (row.kind !== 'switch' && row.off !== undefined && row.default === row.off) return 'off';
  if (row.default === null) return 'none';
  return rules[row.kind].show(row.default);
}

function plain(placeholder: string, read: KindRules['read']): KindRules {
  return { placeholder, list: false, secret: false, read, show: asWritten };
}

function accept(value: unknown): Reading {
  return { ok: true, value };
}

function refuse(allowed: string): Reading {
  return { ok: false, allowed };
}

function readSwitch(text: string): Reading {
  if (/^(?:true|on|yes|1)$/i.test(text)) return accept(true);
  if (/^(?:false|off|no|0)$/i.test(text)) return accept(false);
  return refuse('on or off');
}

function readNumber(
  text: string,
  row: OptionRow,
  limits: { readonly min?: number; readonly max?: number },
): Reading {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : null;
  return within(value, { ...row, ...limits }, String, 'a whole number');
}

function within(
  value: number | null,
  row: OptionRow,
  show: (value: number) => string,
  form: string,
): Reading {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = row;
  const isOff = value === 0 && row.off === 0;
  if (value !== null && ((value >= min && value <= max) || isOff)) return accept(value);
  return refuse(`${form}, from ${show(min)} to ${show(max)}`);
}

function readPercent(text: string): Reading {
  const percent = /^\d{1,3}(?:\.\d{1,4})? ?%$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  return percent <= 100
    ? accept(percent / 100)
    : refuse('a share such as 1%, 2.5% or 90%, up to 100%');
}

function readChoice(text: string, row: OptionRow): Reading {
  const choice = row.choices?.find((name) => name.toLowerCase() === text.toLowerCase());
  return choice === undefined ? refuse(`one of ${row.choices?.join(', ')}`) : accept(choice);
}

function readPath(text: string, _row: OptionRow, { base, home }: Place): Reading {
  if (text === '' || text.includes('\0')) return refuse('a path');
  // A shell expands ~ only at the start of a word, so `--db=~/x` and variables arrive unexpanded.
  return accept(/^~(?:[\\/]|$)/.test(text) ? join(home, text.slice(1)) : resolve(base, text));
}

function readUrl(text: string): Reading {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refuse('a web address such as http://127.0.0.1:8025');
  }
  return accept(url.href.replace(/\/+$/, ''));
}

function readEndpoint(text: string): Reading {
  const [, socketPath] = /^unix:(\/.+)$/.exec(text) ?? [];
  if (socketPath !== undefined) return accept({ socketPath });
  const [, host = '', digits = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return isHost(host) && port >= 1 && port <= 65_535
    ? accept({ host: unbracket(host), port })
    : refuse('an address such as 127.0.0.1:783 or unix:/run/spamd.sock');
}

function readCredential(text: string): Reading {
  const credential = parseCredential(text);
  return credential === null ? refuse('user:password') : accept(credential);
}

/** The first colon separates: a user has none (as in RFC 7617 §2), a password may. */
function parseCredential(text: string): Credential | null {
  const [, user, password] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  return user === undefined || password === undefined ? null : { user, password };
}

function readFault(text: string): Reading {
  try {
    return accept(parseRule(text));
  } catch (error) {
    if (!(error instanceof FaultSpecError)) throw error;
    const problems = error.problems.map(({ path, detail }) => `${path} ${detail}`.trim());
    return refuse(`a fault rule such as "rcpt:452 times=2", but it ${problems.join('; ')}`);
  }
}

function readItem(value: unknown, allowed: string): Reading {
  return value === null ? refuse(allowed) : accept(value);
}

function isMailbox(text: string): boolean {
  return text.length <= 320 && /^[^\s@<>()[\]",;:\\]+@[^\s@<>()",;\\]+$/.test(text);
}

function originOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.origin === 'null') return null;
  return url.href === `${url.origin}/` ? url.origin : null;
}

/** `[::1]` and `::1` are the same address. */
function unbracket(text: string): string {
  return text.startsWith('[') ? text.slice(1, -1) : text;
}

function isHost(text: string): boolean {
  if (/^\[.*\]$/.test(text)) return isIPv6(unbracket(text));
  return isIPv4(text) || isIPv6(text) || isHostName(text);
}

/** Dots and digits alone are an address that went wrong, not a name: 127.0.0 is refused. */
function isHostName(text: string): boolean {
  if (text.length > 253 || /^[\d.]+$/.test(text)) return false;
  return text.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
}
