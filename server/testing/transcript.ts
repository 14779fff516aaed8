/**
 * The form of `*.smtp` files in server/smtp/transcripts: one dialogue each, read by people first.
 *
 *   # RFC 5321 §4.1.1.4: why this dialogue exists. The first comment names its clause.
 *   @recipientsMax 2         an option of the session (see TranscriptOptions)
 *   C: MAIL FROM:<a@b.test>  the client sends this line and CRLF
 *   C> Subject: x\n.\n       the client sends exactly these octets, no CRLF added
 *   S: 250 2.1.0             the next reply line begins so
 *   S* 250                   the next reply, of however many lines, has this code
 *     with SIZE 1000         … one of its lines begins so behind the code
 *     without STARTTLS       … none does
 *   = stored                 a message was stored; indented lines say what must be true of it:
 *     from: a@b.test           reverse-path
 *     to: x@y.test z@y.test    forward-paths
 *     raw: Subject: x\r\n      the octets, all of them
 *     bytes: 10                their number
 *     parameters: SIZE=1 X     of MAIL;  recipient-parameters: NOTIFY=NEVER  of the first RCPT
 *     user: alice              the SMTP user; `-` for none
 *     bare: 1 2                bare LF and bare CR counted
 *     ehlo: client.test
 *   = starttls               the client makes the TLS handshake here
 *   = error timeout          this error was observed (only without a socket)
 *   = closed                 the server closes the connection
 *   ! eof                    an input that is not octets: eof, timeout, shutdown, congested,
 *                            refused NAME; all but eof only without a socket
 *
 * In C and raw, `\r \n \t \0 \\ \xNN` are octets, `\{300*ab}` repeats a text, and other characters
 * are sent as UTF-8. `\{cram USER PASSWORD}` is the Base64 answer to the last CRAM-MD5 challenge,
 * `\{base64 TEXT}` is TEXT in Base64, its escapes read first.
 */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export interface TranscriptOptions {
  readonly messageBytesMax: number;
  readonly recipientsMax: number;
  readonly errorsMax: number;
  readonly tls: 'off' | 'offered' | 'required';
  readonly auth: 'off' | 'offered' | 'required';
  /** `null`: any are accepted. */
  readonly credentials: readonly { readonly user: string; readonly password: string }[] | null;
  /** What the store answers. */
  readonly store: 'stored' | 'storageFull' | 'storageFailed' | 'congested';
}

export interface StoredExpectation {
  readonly field: string;
  readonly value: string;
}

export type TranscriptStep = { readonly lineNumber: number } & (
  | { readonly kind: 'client'; readonly text: string; readonly crlf: boolean }
  | { readonly kind: 'line'; readonly text: string }
  | {
      readonly kind: 'reply';
      readonly code: string;
      readonly with: string[];
      readonly without: string[];
    }
  | { readonly kind: 'stored'; readonly expectations: StoredExpectation[] }
  | { readonly kind: 'starttls' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'input'; readonly input: string; readonly argument: string }
);

export interface Transcript {
  readonly name: string;
  /** The comment at the top, without `#`. */
  readonly comment: string;
  readonly options: TranscriptOptions;
  readonly steps: readonly TranscriptStep[];
  /** Over which sockets it can be played; inputs that are not octets cannot be sent. */
  readonly playableOver: { readonly plain: boolean; readonly tls: boolean };
}

const defaults: TranscriptOptions = {
  messageBytesMax: 1_000_000,
  recipientsMax: 1_000,
  errorsMax: 20,
  tls: 'offered',
  auth: 'offered',
  credentials: null,
  store: 'stored',
};

const transcriptsFolder = new URL('../smtp/transcripts/', import.meta.url);

export function loadTranscripts(): readonly Transcript[] {
  return readdirSync(transcriptsFolder)
    .filter((file) => file.endsWith('.smtp'))
    .sort()
    .map((file) =>
      parseTranscript(
        file.slice(0, -'.smtp'.length),
        readFileSync(new URL(file, transcriptsFolder), 'utf8'),
      ),
    );
}

export function parseTranscript(name: string, text: string): Transcript {
  const comment: string[] = [];
  const options: Record<string, unknown> = { ...defaults };
  const steps: TranscriptStep[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const lineNumber = index + 1;
    if (line.trim() === '') continue;
    if (line.startsWith('#')) {
      if (steps.length === 0) comment.push(line.replace(/^# ?/, ''));
    } else if (line.startsWith('@')) {
      readOption(options, line.slice(1), `${name}:${lineNumber}`);
    } else if (/^\s/.test(line)) {
      readDetail(steps.at(-1), line.trim(), `${name}:${lineNumber}`);
    } else {
      steps.push(readStep(line, lineNumber, name));
    }
  }
  const parsed = options as unknown as TranscriptOptions;
  return {
    name,
    comment: comment.join('\n'),
    options: parsed,
    steps,
    playableOver: playableOver(steps, parsed, text),
  };
}

function readOption(options: Record<string, unknown>, text: string, where: string): void {
  const [key = '', ...words] = text.split(' ');
  if (!Object.hasOwn(defaults, key)) throw new Error(`${where}: no option ${key}`);
  if (key === 'credentials') {
    options.credentials = words.map((word) => {
      const [user = '', password = ''] = word.split(':');
      return { user, password };
    });
  } else {
    const value = words.join(' ');
    options[key] = /^\d+$/.test(value) ? Number(value) : value;
  }
}

function readStep(line: string, lineNumber: number, name: string): TranscriptStep {
  const mark = line.slice(0, 2);
  const text = line.slice(2).replace(/^ /, '');
  switch (mark) {
    case 'C:':
      return { kind: 'client', text, crlf: true, lineNumber };
    case 'C>':
      return { kind: 'client', text, crlf: false, lineNumber };
    case 'S:':
      return { kind: 'line', text, lineNumber };
    case 'S*':
      return { kind: 'reply', code: text, with: [], without: [], lineNumber };
    case '! ': {
      const [input = '', argument = ''] = line.slice(2).split(' ');
      return { kind: 'input', input, argument, lineNumber };
    }
    case '= ': {
      const [kind = '', argument = ''] = line.slice(2).split(' ');
      if (kind === 'stored') return { kind, expectations: [], lineNumber };
      if (kind === 'error') return { kind, error: argument, lineNumber };
      if (kind === 'starttls' || kind === 'closed') return { kind, lineNumber };
    }
  }
  throw new Error(`${name}:${lineNumber}: not understood: ${line}`);
}

function readDetail(step: TranscriptStep | undefined, line: string, where: string): void {
  const space = line.indexOf(' ');
  const word = space === -1 ? line : line.slice(0, space);
  const rest = space === -1 ? '' : line.slice(space + 1);
  if (step?.kind === 'stored' && word.endsWith(':')) {
    step.expectations.push({ field: word.slice(0, -1), value: rest });
  } else if (step?.kind === 'reply' && (word === 'with' || word === 'without')) {
    step[word].push(rest);
  } else throw new Error(`${where}: not understood: ${line}`);
}

function playableOver(
  steps: readonly TranscriptStep[],
  options: TranscriptOptions,
  text: string,
): { plain: boolean; tls: boolean } {
  const onlyOctets = steps.every((step) => step.kind !== 'input' || step.input === 'eof');
  // With TLS from the start neither STARTTLS nor its absence can be shown.
  const aboutTls = options.tls !== 'offered' || /starttls|\\x16\\x03/i.test(text);
  return { plain: onlyOctets, tls: onlyOctets && !aboutTls };
}

/** The octets of a `C` line; `challenge` is the text behind the last 334. */
export function octetsOf(text: string, challenge = ''): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; ) {
    const found = /^\\(?:\{([^}]*)\}|x([0-9a-fA-F]{2})|(.))/s.exec(text.slice(at));
    if (text[at] === '\\' && found !== null) {
      parts.push(escapedOctets(found, challenge));
      at += found[0].length;
    } else {
      const next = text.indexOf('\\', at + 1);
      const end = next === -1 ? text.length : next;
      parts.push(Buffer.from(text.slice(at, end), 'utf8'));
      at = end;
    }
  }
  return Buffer.concat(parts);
}

const simpleEscapes: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  '0': '\0',
  '\\': '\\',
};

function escapedOctets(found: RegExpExecArray, challenge: string): Buffer {
  const [whole, braced, hex, simple] = found;
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  if (braced === undefined) {
    const octet = simpleEscapes[simple ?? ''];
    if (octet === undefined) throw new Error(`No such escape: ${whole}`);
    return Buffer.from(octet, 'latin1');
  }
  const repeated = /^(\d+)\*(.*)$/s.exec(braced);
  if (repeated !== null) {
    return Buffer.from(
      octetsOf(repeated[2] ?? '')
        .toString('latin1')
        .repeat(Number(repeated[1])),
      'latin1',
    );
  }
  const [kind = '', first = '', second = ''] = braced.split(' ');
  if (kind === 'base64') return Buffer.from(octetsOf(first).toString('base64'), 'latin1');
  if (kind === 'cram') {
    const digest = createHmac('md5', second).update(Buffer.from(challenge, 'base64')).digest('hex');
    return Buffer.from(Buffer.from(`${first} ${digest}`).toString('base64'), 'latin1');
  }
  throw new Error(`No such escape: ${whole}`);
}
