/**
 * A command line as a value (RFC 5321 §4.1.1). Parsing never throws and never looks at the state:
 * which verb is legal when is told by transitions.ts. A line that cannot be read is `refused`, with
 * its verb as far as it is known, because the order of commands is checked before their arguments.
 */
import type { EsmtpParameters } from '../../../db/types.ts';
import { parseParameters } from './esmtp-parameters.ts';
import { ehloNameBytesMax } from './limits.ts';
import { forwardPath, reversePath } from './path.ts';
import { replies } from './replies.ts';
import type { Reply } from './reply.ts';
import { decodeUtf8 } from './utf8.ts';
import { type Verb, verbOf } from './verb.ts';

export type Command =
  | { readonly kind: 'EHLO' | 'HELO'; readonly name: string }
  | {
      readonly kind: 'MAIL' | 'RCPT';
      readonly address: string;
      readonly ascii: boolean;
      readonly parameters: EsmtpParameters;
    }
  | { readonly kind: 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS' }
  | { readonly kind: 'NOOP' | 'HELP' | 'VRFY' | 'EXPN'; readonly argument: string }
  | { readonly kind: 'BDAT'; readonly bytes: number; readonly last: boolean }
  | {
      readonly kind: 'AUTH';
      readonly mechanism: string;
      /** Base64 as sent; `null` when there was none. */
      readonly initialResponse: string | null;
    }
  | {
      readonly kind: 'refused';
      readonly verb: Verb | 'UNKNOWN';
      readonly reply: Reply;
      /** Octets that follow all the same: a BDAT is refused only after its chunk. */
      readonly chunkBytes: number;
    }
  /** Not SMTP at all: answered and closed. */
  | { readonly kind: 'foreign'; readonly protocol: 'http' | 'proxy' };

/** What the session offers, as far as it decides what can be read. */
export interface CommandOffer {
  readonly auth: boolean;
}

type Parser = (argument: string, offer: CommandOffer) => Command;

const parsers: Readonly<Record<Verb, Parser>> = {
  EHLO: (argument) => parseHello('EHLO', argument),
  HELO: (argument) => parseHello('HELO', argument),
  MAIL: parseMail,
  RCPT: parseRcpt,
  DATA: (argument) => parseBare('DATA', argument),
  BDAT: parseBdat,
  RSET: (argument) => parseBare('RSET', argument),
  NOOP: (argument) => ({ kind: 'NOOP', argument }),
  VRFY: (argument) => parseLookup('VRFY', argument),
  EXPN: (argument) => parseLookup('EXPN', argument),
  HELP: (argument) => ({ kind: 'HELP', argument }),
  QUIT: (argument) => parseBare('QUIT', argument),
  STARTTLS: (argument) => parseBare('STARTTLS', argument),
  AUTH: parseAuth,
};

/** First words that mean that another protocol is spoken here by mistake or with intent. */
const httpMethods: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PATCH',
  'PRI',
]);

/** `line` has one character per octet and no CRLF. */
export function parseCommand(line: string, offer: CommandOffer): Command {
  const text = decodeLine(line);
  if (typeof text !== 'string') {
    return announcesChunk(line)
      ? refuse('BDAT', text.reply, Number.NaN)
      : refuse('UNKNOWN', text.reply);
  }
  const space = text.indexOf(' ');
  const word = (space === -1 ? text : text.slice(0, space)).toUpperCase();
  const verb = verbOf(word);
  if (verb !== undefined) {
    return parsers[verb](space === -1 ? '' : text.slice(space + 1).trim(), offer);
  }
  return parseUnknown(word);
}

function parseUnknown(word: string): Command {
  if (httpMethods.has(word)) return { kind: 'foreign', protocol: 'http' };
  if (word === 'PROXY') return { kind: 'foreign', protocol: 'proxy' };
  if (word === 'XCLIENT' || word === 'XFORWARD') return refuse('UNKNOWN', replies.xclientRefused);
  if (word === '') return refuse('UNKNOWN', replies.emptyLine);
  return refuse('UNKNOWN', replies.unknownCommand);
}

function refuse(verb: Verb | 'UNKNOWN', reply: Reply, chunkBytes = 0): Command {
  return { kind: 'refused', verb, reply, chunkBytes };
}

/** Octets follow such a line whether it can be read or not (RFC 3030 §2). */
export function announcesChunk(line: string): boolean {
  return /^bdat(?![a-z])/i.test(line);
}

/** White space before the CRLF is tolerated (RFC 5321 §4.1.1); other control characters are not. */
function decodeLine(line: string): string | { readonly reply: Reply } {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  for (let i = 0; i < end; i++) {
    const code = line.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return { reply: replies.controlCharacter };
  }
  return decodeUtf8(line.slice(0, end)) ?? { reply: replies.notUtf8 };
}

/**
 * The name is recorded, not verified: RFC 5321 §4.1.4 forbids refusing mail because of it, and real
 * clients send whatever the machine is called.
 */
function parseHello(verb: 'EHLO' | 'HELO', argument: string): Command {
  if (argument === '') return refuse(verb, replies.needHostName);
  if (argument.includes(' ')) return refuse(verb, replies.badHostName);
  return { kind: verb, name: argument.slice(0, ehloNameBytesMax) };
}

function parseBare(verb: 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS', argument: string): Command {
  return argument === '' ? { kind: verb } : refuse(verb, replies.noArgument);
}

function parseLookup(verb: 'VRFY' | 'EXPN', argument: string): Command {
  return argument === '' ? refuse(verb, replies.needArgument) : { kind: verb, argument };
}

function parseMail(argument: string, offer: CommandOffer): Command {
  const at = /^from: */i.exec(argument)?.[0].length;
  if (at === undefined) return refuse('MAIL', replies.badMailSyntax);
  const path = reversePath(argument, at);
  if (path.kind === 'refused') return refuse('MAIL', replies.badPath('reverse', path.fault));
  return parseEnvelopeLine('MAIL', argument, path, offer);
}

function parseRcpt(argument: string, offer: CommandOffer): Command {
  const at = /^to: */i.exec(argument)?.[0].length;
  if (at === undefined) return refuse('RCPT', replies.badRcptSyntax);
  const path = forwardPath(argument, at);
  if (path.kind === 'refused') return refuse('RCPT', replies.badPath('forward', path.fault));
  return parseEnvelopeLine('RCPT', argument, path, offer);
}

function parseEnvelopeLine(
  verb: 'MAIL' | 'RCPT',
  argument: string,
  path: { readonly address: string; readonly ascii: boolean; readonly end: number },
  offer: CommandOffer,
): Command {
  if (path.end < argument.length && argument[path.end] !== ' ') {
    return refuse(verb, verb === 'MAIL' ? replies.badMailSyntax : replies.badRcptSyntax);
  }
  const result = parseParameters(verb, argument, path.end, offer);
  if (result.kind === 'refused') return refuse(verb, result.reply);
  const { address, ascii } = path;
  return { kind: verb, address, ascii, parameters: result.parameters };
}

/** bdat-cmd = "BDAT" SP chunk-size [ SP "LAST" ] (RFC 3030 §2). */
function parseBdat(argument: string): Command {
  const size = /^\d+(?= |$)/.exec(argument)?.[0];
  if (size === undefined || !Number.isSafeInteger(Number(size))) {
    return refuse('BDAT', replies.chunkSizeUnreadable, Number.NaN);
  }
  const bytes = Number(size);
  const rest = argument.slice(size.length);
  if (rest === '') return { kind: 'BDAT', bytes, last: false };
  if (/^ +last$/i.test(rest)) return { kind: 'BDAT', bytes, last: true };
  return refuse('BDAT', replies.badBinaryParameters, bytes);
}

/** RFC 4954 §4: "AUTH" SP mechanism [SP initial-response]. */
function parseAuth(argument: string): Command {
  const [mechanism = '', initialResponse, ...rest] = argument.split(' ');
  if (!/^[A-Za-z0-9_-]{1,20}$/.test(mechanism) || rest.length > 0) {
    return refuse('AUTH', replies.badAuthSyntax);
  }
  return {
    kind: 'AUTH',
    mechanism: mechanism.toUpperCase(),
    initialResponse: initialResponse ?? null,
  };
}
