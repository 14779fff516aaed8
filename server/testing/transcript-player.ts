/**
 * Plays the dialogues of server/smtp/transcripts (their form: transcript.ts) and throws a
 * `TranscriptMismatch`, naming file and line, at the first difference.
 *
 *   playOnSession(transcript, 'whole' | 'octets' | 'pipelined')
 *     against the pure session, no socket: the store and the check of credentials are answered at
 *     once, as the options of the transcript say, the TLS handshake where it says `= starttls`.
 *   playOverStream(transcript, segmentation, world)
 *     against a running server through any Duplex (plain or TLS socket). The server must have been
 *     started with `transcript.options`; play only what `transcript.playableOver` allows. `world`
 *     makes the TLS handshake and hands over what was stored, in order.
 *
 * `whole` sends the C lines up to the next expected reply in one segment, `octets` one octet at a
 * time, `pipelined` groups commands as far as RFC 2920 §3.1 lets a client: a group goes on past a
 * reply not yet seen only after MAIL, RCPT, RSET and BDAT.
 */
import { createHmac } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Envelope, EsmtpParameters, WireFacts } from '../../db/types.ts';
import { createSession } from '../smtp/protocol/session.ts';
import type { Credentials, SessionEffect, SessionInput } from '../smtp/protocol/session-types.ts';
import {
  octetsOf,
  type StoredExpectation,
  type Transcript,
  type TranscriptOptions,
  type TranscriptStep,
} from './transcript.ts';

export { loadTranscripts, type Transcript } from './transcript.ts';

export type Segmentation = 'whole' | 'octets' | 'pipelined';

/** What a transcript can say of a stored message. */
export interface StoredFacts {
  readonly envelope: Envelope;
  readonly ehloName: string;
  readonly authUser: string | null;
  readonly wire: WireFacts;
  readonly raw: readonly Uint8Array[];
}

export interface StreamWorld {
  readonly stream: Duplex;
  /** Makes the TLS handshake on the plain stream. */
  readonly upgrade: (stream: Duplex) => Promise<Duplex>;
  /** The next message that was stored, in order. */
  readonly nextStored: () => Promise<StoredFacts>;
  /** How long a reply may take before the play is given up. */
  readonly patienceMs: number;
}

export class TranscriptMismatch extends Error {
  override readonly name = 'TranscriptMismatch';
}

/** The server as a transcript sees it. */
interface Peer {
  send(octets: Buffer): Promise<void>;
  /** The next reply line without CRLF; `null` when the server has closed. */
  readLine(): Promise<string | null>;
  input(input: string, argument: string): Promise<void>;
  upgrade(): Promise<void>;
  nextStored(): Promise<StoredFacts | null>;
  /** Errors observed so far; `null` when they cannot be seen. */
  readonly errors: readonly string[] | null;
  /** A reply that nobody asked for, as far as it can be told now. */
  unexpected(): string | null;
}

export async function playOnSession(
  transcript: Transcript,
  segmentation: Segmentation,
): Promise<void> {
  await play(transcript, segmentation, new SessionPeer(transcript.options, segmentation));
}

export async function playOverStream(
  transcript: Transcript,
  segmentation: Segmentation,
  world: StreamWorld,
): Promise<void> {
  const peer = new StreamPeer(world, segmentation);
  try {
    await play(transcript, segmentation, peer);
  } finally {
    peer.destroy();
  }
}

async function play(transcript: Transcript, segmentation: Segmentation, peer: Peer): Promise<void> {
  const steps = ordered(transcript.steps, segmentation);
  let challenge = '';
  let closed = false;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as TranscriptStep;
    const where = `${transcript.name}.smtp:${step.lineNumber}`;
    switch (step.kind) {
      case 'client': {
        const octets = [clientOctets(step, challenge)];
        for (let next = steps[i + 1]; next?.kind === 'client'; next = steps[++i + 1]) {
          octets.push(clientOctets(next, challenge));
        }
        check(peer.unexpected() === null, where, `not expected: ${peer.unexpected()}`);
        await peer.send(Buffer.concat(octets));
        break;
      }
      case 'line': {
        const line = await peer.readLine();
        if (line?.startsWith('334 ')) challenge = line.slice(4);
        check(line?.startsWith(step.text) === true, where, `S: ${step.text}\n  came: ${line}`);
        break;
      }
      case 'reply':
        await checkReply(peer, step, where);
        break;
      case 'stored':
        checkStored(await peer.nextStored(), step.expectations, where);
        break;
      case 'starttls':
        await peer.upgrade();
        break;
      case 'input':
        await peer.input(step.input, step.argument);
        break;
      case 'error':
        if (peer.errors === null) break;
        check(peer.errors.includes(step.error), where, `errors seen: ${peer.errors.join(', ')}`);
        break;
      case 'closed': {
        const line = await peer.readLine();
        check(line === null, where, `the server should close, but says ${line}`);
        closed = true;
      }
    }
  }
  const rest = peer.unexpected();
  check(rest === null || closed, transcript.name, `after the last line came: ${rest}`);
}

function clientOctets(
  step: { readonly text: string; readonly crlf: boolean },
  challenge: string,
): Buffer {
  const octets = octetsOf(step.text, challenge);
  return step.crlf ? Buffer.concat([octets, Buffer.from('\r\n')]) : octets;
}

/** Moves C lines ahead of the replies that a pipelining client need not wait for. */
function ordered(
  steps: readonly TranscriptStep[],
  segmentation: Segmentation,
): readonly TranscriptStep[] {
  if (segmentation !== 'pipelined') return steps;
  const result: TranscriptStep[] = [];
  let held: TranscriptStep[] = [];
  let mayGoOn = false;
  for (const step of steps) {
    const isReply = step.kind === 'line' || step.kind === 'reply' || step.kind === 'stored';
    if (isReply && mayGoOn) {
      held.push(step);
      continue;
    }
    if (step.kind !== 'client' || !mayGoOn) {
      result.push(...held);
      held = [];
    }
    result.push(step);
    if (step.kind === 'client') mayGoOn = /^(mail|rcpt|rset|bdat)\b/i.test(step.text);
    else mayGoOn = false;
  }
  return [...result, ...held];
}

async function checkReply(
  peer: Peer,
  step: Extract<TranscriptStep, { readonly kind: 'reply' }>,
  where: string,
): Promise<void> {
  const lines: string[] = [];
  for (;;) {
    const line = await peer.readLine();
    check(line?.startsWith(step.code) === true, where, `S* ${step.code}\n  came: ${line}`);
    lines.push((line ?? '').slice(4));
    if (line?.[3] !== '-') break;
  }
  for (const text of step.with) {
    const found = lines.some((line) => line.startsWith(text));
    check(found, where, `with ${text}\n  came: ${lines.join(' | ')}`);
  }
  for (const text of step.without) {
    const found = lines.some((line) => line.startsWith(text));
    check(!found, where, `without ${text}\n  came: ${lines.join(' | ')}`);
  }
}

function checkStored(
  message: StoredFacts | null,
  expectations: readonly StoredExpectation[],
  where: string,
): void {
  if (message === null) throw new TranscriptMismatch(`${where}: nothing was stored`);
  for (const { field, value } of expectations) {
    const actual = storedField(message, field);
    const expected = field === 'raw' ? octetsOf(value).toString('latin1') : value;
    check(
      actual === expected,
      where,
      `${field}: ${JSON.stringify(value)}\n  is ${JSON.stringify(actual)}`,
    );
  }
}

function storedField(message: StoredFacts, field: string): string {
  const { envelope } = message;
  const raw = Buffer.concat(message.raw);
  switch (field) {
    case 'from':
      return envelope.reversePath;
    case 'to':
      return envelope.forwardPaths.map((path) => path.address).join(' ');
    case 'raw':
      return raw.toString('latin1');
    case 'bytes':
      return String(raw.length);
    case 'parameters':
      return written(envelope.parameters);
    case 'recipient-parameters':
      return written(envelope.forwardPaths[0]?.parameters ?? {});
    case 'user':
      return message.authUser ?? '-';
    case 'bare':
      return `${message.wire.bareLfCount} ${message.wire.bareCrCount}`;
    case 'via':
      return String(message.wire.via);
    case 'ehlo':
      return message.ehloName;
    default:
      throw new TranscriptMismatch(`nothing is known of a field named ${field}`);
  }
}

function written(parameters: EsmtpParameters): string {
  return Object.entries(parameters)
    .map(([keyword, value]) => (value === true ? keyword : `${keyword}=${value}`))
    .join(' ');
}

function check(holds: boolean, where: string, difference: string): void {
  if (!holds) throw new TranscriptMismatch(`${where}: ${difference}`);
}

/** The pure session, its effects answered at once. */
class SessionPeer implements Peer {
  readonly errors: string[] = [];
  readonly #options: TranscriptOptions;
  readonly #segmentation: Segmentation;
  readonly #session;
  readonly #stored: StoredFacts[] = [];
  #text = '';
  #handshakeAwaited = false;
  #nowMs = 0;
  #messages = 0;

  constructor(options: TranscriptOptions, segmentation: Segmentation) {
    this.#options = options;
    this.#segmentation = segmentation;
    this.#session = createSession({
      ...options,
      hostname: 'localhost',
      authMechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
      challenge: () => `<${this.#nowMs}@localhost>`,
      gate: null,
    });
    this.#refusedOrConnected = false;
  }

  /** The greeting waits, because a transcript may begin with a refusal. */
  #refusedOrConnected: boolean;

  #connect(): void {
    if (this.#refusedOrConnected) return;
    this.#refusedOrConnected = true;
    this.#step({ kind: 'connected', tls: null });
  }

  async send(octets: Buffer): Promise<void> {
    this.#connect();
    if (this.#segmentation !== 'octets') return this.#step({ kind: 'bytes', octets });
    for (let i = 0; i < octets.length; i++) {
      this.#step({ kind: 'bytes', octets: octets.subarray(i, i + 1) });
    }
  }

  async readLine(): Promise<string | null> {
    this.#connect();
    const end = this.#text.indexOf('\r\n');
    if (end === -1) {
      if (this.#session.closed) return null;
      throw new TranscriptMismatch('no reply came');
    }
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return line;
  }

  async input(input: string, argument: string): Promise<void> {
    if (input === 'refused') this.#refusedOrConnected = true;
    this.#connect();
    this.#step(
      (argument === '' ? { kind: input } : { kind: input, refusal: argument }) as SessionInput,
    );
  }

  async upgrade(): Promise<void> {
    if (!this.#handshakeAwaited) throw new TranscriptMismatch('no TLS handshake was asked for');
    this.#handshakeAwaited = false;
    this.#step({
      kind: 'tlsReady',
      tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', resumed: false },
    });
  }

  async nextStored(): Promise<StoredFacts | null> {
    return this.#stored.shift() ?? null;
  }

  unexpected(): string | null {
    return this.#text === '' || !this.#refusedOrConnected ? null : this.#text;
  }

  #step(input: SessionInput): void {
    this.#nowMs++;
    for (const effect of this.#session.step(input, this.#nowMs)) this.#carryOut(effect);
    if (this.#session.unfinished) this.#step({ kind: 'continue' });
  }

  #carryOut(effect: SessionEffect) {
    switch (effect.kind) {
      case 'send':
        this.#text += effect.text;
        return;
      case 'startTls':
        this.#handshakeAwaited = true;
        return;
      case 'checkAuth': {
        const accepted = isAccepted(effect.credentials, this.#options.credentials);
        return this.#step({ kind: 'authChecked', accepted });
      }
      case 'store': {
        const { store } = this.#options;
        if (store !== 'stored') return this.#step({ kind: 'notStored', refusal: store });
        this.#stored.push(effect.transaction);
        return this.#step({ kind: 'stored', id: `message-${++this.#messages}` });
      }
      case 'observe':
        if (effect.observation.kind === 'error') this.errors.push(effect.observation.error);
        return;
      case 'close':
        return;
    }
  }
}

function isAccepted(credentials: Credentials, known: TranscriptOptions['credentials']): boolean {
  if (known === null) return true;
  const match = known.find(({ user }) => user === credentials.user);
  if (match === undefined) return false;
  if (credentials.mechanism !== 'CRAM-MD5') return match.password === credentials.password;
  const hmac = createHmac('md5', match.password).update(credentials.challenge);
  return hmac.digest('hex') === credentials.digest;
}

/** A server behind a stream. */
class StreamPeer implements Peer {
  readonly errors = null;
  readonly #world: StreamWorld;
  readonly #segmentation: Segmentation;
  #stream: Duplex;
  #text = '';
  #ended = false;
  #wake: () => void = () => {};

  constructor(world: StreamWorld, segmentation: Segmentation) {
    this.#world = world;
    this.#segmentation = segmentation;
    this.#stream = world.stream;
    this.#listen();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #onData = (octets: Buffer): void => {
    this.#text += octets.toString('latin1');
    this.#wake();
  };

  #onEnd = (): void => {
    this.#ended = true;
    this.#wake();
  };

  #listen(): void {
    this.#stream.on('data', this.#onData);
    // A reset after the last reply is an end, too: the octets still unread by the server cause it.
    for (const event of ['end', 'close', 'error']) this.#stream.on(event, this.#onEnd);
  }

  async send(octets: Buffer): Promise<void> {
    const size = this.#segmentation === 'octets' && octets.length <= 4_096 ? 1 : octets.length;
    for (let at = 0; at < octets.length && !this.#ended; at += size) {
      await new Promise<void>((resolve) => {
        this.#stream.write(octets.subarray(at, at + size), () => resolve());
      });
    }
  }

  async readLine(): Promise<string | null> {
    for (;;) {
      const end = this.#text.indexOf('\r\n');
      if (end !== -1) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return line;
      }
      if (this.#ended) return null;
      await this.#moreText();
    }
  }

  #moreText(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { patienceMs } = this.#world;
      const timer = setTimeout(
        () => reject(new TranscriptMismatch(`no reply within ${patienceMs} ms`)),
        patienceMs,
      );
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async input(input: string): Promise<void> {
    if (input !== 'eof') throw new TranscriptMismatch(`${input} cannot be sent over a socket`);
    this.#stream.end();
  }

  async upgrade(): Promise<void> {
    this.#stream.off('data', this.#onData);
    for (const event of ['end', 'close', 'error']) this.#stream.off(event, this.#onEnd);
    this.#text = '';
    this.#stream = await this.#world.upgrade(this.#stream);
    this.#listen();
  }

  nextStored(): Promise<StoredFacts> {
    return this.#world.nextStored();
  }

  unexpected(): string | null {
    return this.#text === '' ? null : this.#text;
  }
}
