/**
 * One SMTP session, without its socket: `step(input, now)` returns what is to be done, in order.
 *
 * The session owns every octet that is not consumed. It reads one command line or message segment
 * after another until it runs out of octets, awaits an answer, or ends. Which verb is legal is told
 * by transitions.ts, what a line means by command.ts, what is answered by replies.ts; here is only
 * what each verb changes. Sends of one step are joined up to the next effect that must come after
 * them, and observations follow the send they are about.
 *
 * No sockets, timers, logs or randomness: the time is an argument, challenges are an option.
 */
import type { DialogueLine, EsmtpParameters, ForwardPath, TlsFacts } from '../../../db/types.ts';
import { assert, unreachable } from '../../assert.ts';
import { ChunkReceiver } from './chunk-receiver.ts';
import { type Command, decodeUtf8, parseCommand } from './command.ts';
import { DataReceiver } from './data-receiver.ts';
import { Dialogue, legible } from './dialogue.ts';
import { ehloKeywords } from './extensions.ts';
import { authLineBytesMax, commandLineBytesMax } from './limits.ts';
import { MessageBody } from './message-body.ts';
import { type LineEvent, ReceiveBuffer } from './receive-buffer.ts';
import { replies, storeRefusals } from './replies.ts';
import type { Reply } from './reply.ts';
import { type SaslReader, type SaslStep, startSasl } from './sasl.ts';
import type {
  AuthMechanism,
  CompletedTransaction,
  Deadline,
  Observation,
  SessionEffect,
  SessionError,
  SessionInput,
  SessionOptions,
  SessionOutcome,
  SmtpSession,
} from './session-types.ts';
import { type State, transition, type Verb, verbOf } from './transitions.ts';

export function createSession(options: SessionOptions): SmtpSession {
  return new Session(options);
}

/** From MAIL to the answer of the store. */
interface Transaction {
  readonly reversePath: string;
  readonly parameters: EsmtpParameters;
  readonly forwardPaths: ForwardPath[];
  readonly mailAtMs: number;
  /** When the message was invited: 354, or the first BDAT. */
  dataAtMs: number;
  readonly body: MessageBody;
  congested: boolean;
}

/** What is being received besides command lines. */
type Receiving =
  | { readonly kind: 'data'; readonly receiver: DataReceiver }
  | {
      readonly kind: 'chunk';
      readonly receiver: ChunkReceiver;
      readonly bytes: number;
      readonly last: boolean;
      /** The chunk is drained, then refused with this. */
      readonly refusal: Reply | null;
    };

interface Authentication {
  readonly user: string;
  readonly mechanism: AuthMechanism;
}

/** A command's verb; `CONNECT` for the greeting, `UNKNOWN` for lines without a verb we know. */
type ObservedVerb = Verb | 'CONNECT' | 'UNKNOWN';

/** Verbs whose dialogue is kept with every message of the session. */
const openingVerbs: ReadonlySet<ObservedVerb> = new Set([
  'CONNECT',
  'EHLO',
  'HELO',
  'STARTTLS',
  'AUTH',
]);

class Session implements SmtpSession {
  readonly #options: SessionOptions;
  readonly #input = new ReceiveBuffer();
  readonly #dialogue = new Dialogue();

  #state: State = 'connected';
  #awaiting: 'tls' | 'auth' | 'store' | null = null;
  #receiving: Receiving | null = null;
  #sasl: { readonly mechanism: AuthMechanism; readonly read: SaslReader } | null = null;
  #transaction: Transaction | null = null;
  #closed = false;
  #inputEnded = false;
  #stopping = false;

  #ehloName = '';
  #tls: TlsFacts | null = null;
  #authentication: Authentication | null = null;
  #errorCount = 0;
  #firstLineTaken = false;
  /** After a refused AUTH the next lines may be its secrets, sent without waiting. */
  #secretsMayFollow = false;

  #nowMs = 0;
  #connectedAtMs = 0;
  #tlsMs: number | null = null;
  #authMs: number | null = null;
  #verb: ObservedVerb = 'CONNECT';
  #commandAtMs = 0;

  #effects: SessionEffect[] = [];
  #unsent = '';
  #observations: Observation[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get deadline(): Deadline {
    if (this.#closed || this.#awaiting !== null) return 'none';
    return this.#receiving === null ? 'command' : 'data';
  }

  get bytesHeld(): number {
    return this.#input.bytes + (this.#transaction?.body.bytesHeld ?? 0);
  }

  get awaiting(): boolean {
    return this.#awaiting !== null;
  }

  get closed(): boolean {
    return this.#closed;
  }

  step(input: SessionInput, nowMs: number): readonly SessionEffect[] {
    if (this.#closed) return [];
    this.#nowMs = nowMs;
    this.#take(input);
    this.#advance();
    this.#flush();
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #take(input: SessionInput) {
    switch (input.kind) {
      case 'connected':
        this.#connectedAtMs = this.#commandAtMs = this.#nowMs;
        this.#tls = input.tls;
        if (input.tls !== null) this.#note(tlsNote(input.tls));
        return this.#answer(replies.greeting(this.#options.hostname));
      case 'refused':
        this.#connectedAtMs = this.#commandAtMs = this.#nowMs;
        if (input.refusal !== 'shuttingDown') this.#observeError('too_many_connections');
        return this.#end(replies[input.refusal], 'refused');
      case 'bytes':
        // In clear after STARTTLS: not part of the session (RFC 3207 §4.2).
        if (this.#awaiting !== 'tls') this.#input.push(input.octets);
        return;
      case 'eof':
        this.#inputEnded = true;
        return;
      case 'timeout':
        this.#verb = 'UNKNOWN';
        this.#observeError('timeout');
        return this.#end(replies.timedOut, 'timeout');
      case 'shutdown':
        this.#stopping = true;
        return;
      case 'congested':
        return this.#dropForCongestion();
      case 'tlsReady':
        return this.#tlsReady(input.tls);
      case 'authChecked':
        return this.#authChecked(input.accepted);
      case 'stored':
        return this.#stored(replies.stored(input.id));
      case 'notStored':
        this.#observeError('storage');
        return this.#stored(storeRefusals[input.refusal]);
      default:
        return unreachable(input);
    }
  }

  /** Consumes octets until there are none, an answer is awaited, or the session has ended. */
  #advance() {
    while (!this.#closed && this.#awaiting === null) {
      if (this.#stopping && this.#receiving === null) {
        this.#verb = 'UNKNOWN';
        return this.#end(replies.shuttingDown, 'shutdown');
      }
      const moved = this.#receiving === null ? this.#readLine() : this.#receive(this.#receiving);
      if (!moved) {
        if (this.#inputEnded) this.#endOfInput();
        return;
      }
    }
  }

  #endOfInput() {
    const aborted = this.#transaction !== null || this.#sasl !== null;
    if (aborted) this.#observeError('aborted');
    this.#end(null, aborted ? 'aborted' : 'closed');
  }

  // ── Command lines ─────────────────────────────────────────────────────────────────────────────

  #readLine(): boolean {
    if (!this.#firstLineTaken && this.#input.lineStart(2) === '\x16\x03') {
      this.#notSmtp('a TLS ClientHello', replies.notTls, 'parse_error');
      return true;
    }
    const event = this.#input.takeLine(this.#sasl === null ? commandLimit : authLimit);
    if (event === null) return false;
    this.#firstLineTaken = true;
    this.#commandAtMs = this.#nowMs;
    if (event.kind !== 'line') this.#brokenLine(event);
    else if (this.#sasl === null) this.#command(event.text);
    else this.#authResponse(event.text, this.#sasl);
    return true;
  }

  #brokenLine(event: Exclude<LineEvent, { readonly kind: 'line' }>) {
    const inAuth = this.#sasl !== null;
    if (!inAuth) this.#verb = 'UNKNOWN';
    this.#sasl = null;
    if (event.kind === 'endless') {
      this.#observeError('line_too_long');
      return this.#end(replies.endlessLine, 'protocol-error');
    }
    const command = inAuth ? null : parseCommand(event.text, this.#offer());
    if (command?.kind === 'foreign') return this.#foreign(event.text, command.protocol);
    this.#clientLine(inAuth ? '****' : this.#masked(event.text));
    if (event.kind === 'bareLf') {
      this.#observeError('parse_error');
      return this.#answer(replies.bareLf);
    }
    this.#observeError('line_too_long');
    this.#answer(inAuth ? replies.authLineTooLong : replies.lineTooLong);
  }

  #command(line: string) {
    const command = parseCommand(line, this.#offer());
    if (command.kind === 'foreign') return this.#foreign(line, command.protocol);
    const verb = command.kind === 'refused' ? command.verb : command.kind;
    this.#verb = verb;
    this.#clientLine(this.#masked(line));
    if (verb !== 'UNKNOWN') this.#secretsMayFollow = false;
    const cell =
      verb === 'UNKNOWN' ? { next: this.#state } : transition(this.#state, verb, this.#policy());
    if (command.kind === 'refused') {
      const refusal = 'refusal' in cell ? replies[cell.refusal] : command.reply;
      return this.#refuseCommand(command, refusal, 'refusal' in cell);
    }
    if ('refusal' in cell) this.#refuseInOrder(command, replies[cell.refusal]);
    else this.#run(command, cell.next);
  }

  /** A line that cannot be read, or not in this state. */
  #refuseCommand(
    command: Extract<Command, { readonly kind: 'refused' }>,
    refusal: Reply,
    outOfOrder: boolean,
  ) {
    if (command.verb === 'AUTH') this.#secretsMayFollow = true;
    if (!outOfOrder) this.#observeError('parse_error');
    if (command.verb !== 'BDAT') return this.#answer(refusal);
    if (Number.isNaN(command.chunkBytes)) return this.#end(command.reply, 'protocol-error');
    this.#drainChunk(command.chunkBytes, refusal, !outOfOrder);
  }

  #refuseInOrder(command: Command, refusal: Reply) {
    if (command.kind === 'AUTH') this.#secretsMayFollow = true;
    if (command.kind === 'BDAT') this.#drainChunk(command.bytes, refusal, false);
    else this.#answer(refusal);
  }

  #run(command: Exclude<Command, { readonly kind: 'refused' | 'foreign' }>, next: State) {
    switch (command.kind) {
      case 'EHLO':
      case 'HELO':
        return this.#hello(command.kind, command.name, next);
      case 'MAIL':
        return this.#mail(command, next);
      case 'RCPT':
        return this.#rcpt(command, next);
      case 'DATA':
        return this.#data();
      case 'BDAT':
        return this.#bdat(command.bytes, command.last, next);
      case 'RSET':
        this.#forgetTransaction(next);
        return this.#answer(replies.reset);
      case 'NOOP':
        return this.#answer(replies.noop);
      case 'VRFY':
        return this.#answer(replies.notVerified);
      case 'EXPN':
        return this.#answer(replies.notExpanded);
      case 'HELP':
        return this.#help(command.argument);
      case 'QUIT':
        return this.#end(replies.closing, 'quit');
      case 'STARTTLS':
        return this.#startTls();
      case 'AUTH':
        return this.#auth(command.mechanism, command.initialResponse);
      default:
        return unreachable(command);
    }
  }

  /** RFC 5321 §4.1.4: EHLO in the middle of a session also does what RSET does. */
  #hello(verb: 'EHLO' | 'HELO', name: string, next: State) {
    const { hostname, messageBytesMax, recipientsMax } = this.#options;
    this.#forgetTransaction(next);
    this.#ehloName = name;
    if (verb === 'HELO') return this.#answer(replies.hello(hostname, name));
    const keywords = ehloKeywords({
      messageBytesMax,
      recipientsMax,
      startTls: this.#options.tls !== 'off' && this.#tls === null,
      authMechanisms: this.#authOffered() ? this.#options.authMechanisms : [],
    });
    this.#answer(replies.ehlo(hostname, name, keywords));
  }

  #help(argument: string) {
    const verb = argument === '' ? null : verbOf(argument);
    this.#answer(verb === undefined ? replies.helpUnknown(argument) : replies.help(verb));
  }

  // ── Envelope ──────────────────────────────────────────────────────────────────────────────────

  #mail(command: EnvelopeCommand, next: State) {
    const { address, parameters } = command;
    const { messageBytesMax } = this.#options;
    if (!command.ascii && parameters.SMTPUTF8 === undefined) {
      return this.#refuse(replies.needSmtpUtf8, 'parse_error');
    }
    if (Number(parameters.SIZE ?? 0) > messageBytesMax) {
      return this.#refuse(replies.messageTooLarge(messageBytesMax), 'message_too_large');
    }
    this.#transaction = {
      reversePath: address,
      parameters,
      forwardPaths: [],
      mailAtMs: this.#nowMs,
      dataAtMs: this.#nowMs,
      body: new MessageBody(messageBytesMax),
      congested: false,
    };
    this.#state = next;
    this.#answer(replies.reversePathAccepted);
  }

  #rcpt(command: EnvelopeCommand, next: State) {
    const { address, parameters } = command;
    const transaction = this.#openTransaction();
    if (!command.ascii && transaction.parameters.SMTPUTF8 === undefined) {
      return this.#refuse(replies.needSmtpUtf8, 'parse_error');
    }
    if (transaction.forwardPaths.length >= this.#options.recipientsMax) {
      return this.#refuse(replies.tooManyRecipients, 'too_many_recipients');
    }
    transaction.forwardPaths.push({ address, parameters });
    this.#state = next;
    this.#answer(replies.forwardPathAccepted);
  }

  #openTransaction(): Transaction {
    assert(this.#transaction !== null, 'states after MAIL have a transaction');
    return this.#transaction;
  }

  #forgetTransaction(next: State) {
    this.#transaction = null;
    this.#state = next;
  }

  // ── Message ───────────────────────────────────────────────────────────────────────────────────

  #data() {
    const transaction = this.#openTransaction();
    // RFC 3030 §3: binary octets have no line ends to look for.
    if (/^binarymime$/i.test(String(transaction.parameters.BODY))) {
      return this.#answer(replies.binaryNeedsBdat);
    }
    transaction.dataAtMs = this.#nowMs;
    this.#receiving = { kind: 'data', receiver: new DataReceiver(transaction.body) };
    this.#answer(replies.startData);
  }

  #bdat(bytes: number, last: boolean, next: State) {
    const transaction = this.#openTransaction();
    const { messageBytesMax } = this.#options;
    if (transaction.congested) return this.#drainChunk(bytes, replies.congested, true);
    if (transaction.body.bytes + bytes > messageBytesMax) {
      this.#observeError('message_too_large');
      transaction.body.drop();
      return this.#drainChunk(bytes, replies.messageTooLarge(messageBytesMax), true);
    }
    if (this.#state !== 'chunks') transaction.dataAtMs = this.#nowMs;
    this.#state = next;
    const receiver = new ChunkReceiver(bytes, transaction.body);
    this.#receiving = { kind: 'chunk', receiver, bytes, last, refusal: null };
  }

  /**
   * The octets of a refused BDAT follow all the same (RFC 3030 §2): they are thrown away before the
   * answer. A chunk lost this way must not leave a message with a hole, hence `failsTransaction`.
   */
  #drainChunk(bytes: number, refusal: Reply, failsTransaction: boolean) {
    if (failsTransaction && this.#transaction !== null) this.#forgetTransaction('greeted');
    const receiver = new ChunkReceiver(bytes, null);
    this.#receiving = { kind: 'chunk', receiver, bytes, last: false, refusal };
  }

  #receive(receiving: Receiving): boolean {
    const { receiver } = receiving;
    if (receiver.done) {
      this.#receiving = null;
      this.#commandAtMs = this.#nowMs;
      if (receiving.kind === 'data') this.#dataReceived();
      else this.#chunkReceived(receiving);
      return true;
    }
    const segment = this.#input.segment();
    if (segment === null) return false;
    this.#input.consume(receiver.push(segment));
    return true;
  }

  #dataReceived() {
    const transaction = this.#openTransaction();
    const { body } = transaction;
    this.#note(`… ${grouped(body.bytes)} octets of message …`);
    if (body.tooLarge) {
      this.#forgetTransaction('greeted');
      const refusal = replies.messageTooLarge(this.#options.messageBytesMax);
      return this.#refuse(refusal, 'message_too_large');
    }
    if (transaction.congested) {
      this.#forgetTransaction('greeted');
      return this.#refuse(replies.congested, 'storage');
    }
    this.#store(transaction, 'DATA');
  }

  #chunkReceived(chunk: Extract<Receiving, { readonly kind: 'chunk' }>) {
    this.#note(`… ${grouped(chunk.bytes)} octets of message …`);
    if (chunk.refusal !== null) return this.#answer(chunk.refusal);
    const transaction = this.#openTransaction();
    if (transaction.congested) {
      this.#forgetTransaction('greeted');
      return this.#refuse(replies.congested, 'storage');
    }
    if (chunk.last) this.#store(transaction, 'BDAT');
    else this.#answer(replies.chunkReceived(chunk.bytes));
  }

  #dropForCongestion() {
    const transaction = this.#transaction;
    if (transaction === null || this.#awaiting === 'store') return;
    if (this.#receiving === null && this.#state !== 'chunks') return;
    transaction.congested = true;
    transaction.body.drop();
  }

  #store(transaction: Transaction, via: 'DATA' | 'BDAT') {
    this.#flush();
    this.#effects.push({ kind: 'store', transaction: this.#completed(transaction, via) });
    this.#awaiting = 'store';
  }

  #completed(transaction: Transaction, via: 'DATA' | 'BDAT'): CompletedTransaction {
    const { body, dataAtMs, mailAtMs, reversePath, forwardPaths, parameters } = transaction;
    return {
      envelope: { reversePath, forwardPaths, parameters },
      ehloName: this.#ehloName,
      tls: this.#tls,
      authUser: this.#authentication?.user ?? null,
      authMechanism: this.#authentication?.mechanism ?? null,
      raw: body.pieces(),
      sizeBytes: body.bytes,
      wire: body.wireFacts(via),
      timings: {
        sessionAgeMs: mailAtMs - this.#connectedAtMs,
        tlsMs: this.#tlsMs,
        authMs: this.#authMs,
        envelopeMs: dataAtMs - mailAtMs,
        dataMs: this.#nowMs - dataAtMs,
        commitMs: null,
      },
      dialogue: this.#dialogue.lines(),
    };
  }

  #stored(outcome: Reply) {
    assert(this.#awaiting === 'store', 'a store answers only when asked');
    this.#awaiting = null;
    this.#forgetTransaction('greeted');
    this.#answer(outcome);
  }

  // ── STARTTLS and AUTH ─────────────────────────────────────────────────────────────────────────

  #startTls() {
    if (this.#options.tls === 'off') return this.#answer(replies.noTls);
    if (this.#tls !== null) return this.#answer(replies.tlsActive);
    this.#answer(replies.startTls);
    if (this.#closed) return;
    this.#flush();
    // Everything read so far came in clear and may have been injected (RFC 3207 §4.2, §6).
    this.#input.clear();
    this.#effects.push({ kind: 'startTls' });
    this.#awaiting = 'tls';
  }

  #tlsReady(tls: TlsFacts) {
    assert(this.#awaiting === 'tls', 'TLS is ready only after STARTTLS');
    this.#awaiting = null;
    this.#forget();
    this.#tls = tls;
    this.#tlsMs = this.#nowMs - this.#commandAtMs;
    this.#note(tlsNote(tls));
  }

  /** RFC 3207 §4.2: the session is as it was after the greeting. */
  #forget() {
    this.#input.clear();
    this.#forgetTransaction('connected');
    this.#ehloName = '';
    this.#authentication = null;
    this.#authMs = null;
    this.#sasl = null;
  }

  #authOffered(): boolean {
    return (
      this.#options.auth !== 'off' && this.#authentication === null && !this.#policy().tlsNeeded
    );
  }

  #auth(name: string, initialResponse: string | null) {
    if (this.#options.auth === 'off') return this.#refuseAuth(replies.noAuth, null);
    if (this.#authentication !== null) return this.#refuseAuth(replies.authDone, null);
    const mechanism = this.#options.authMechanisms.find((offered) => offered === name);
    if (mechanism === undefined) return this.#refuseAuth(replies.unknownMechanism, null);
    const { challenge } = this.#options;
    this.#saslStep(mechanism, startSasl(mechanism, initialResponse, challenge));
  }

  #authResponse(text: string, sasl: { mechanism: AuthMechanism; read: SaslReader }) {
    this.#clientLine(text === '*' ? text : '****');
    this.#sasl = null;
    this.#saslStep(sasl.mechanism, sasl.read(text));
  }

  #saslStep(mechanism: AuthMechanism, step: SaslStep) {
    switch (step.kind) {
      case 'challenge':
        this.#sasl = { mechanism, read: step.next };
        return this.#answer(step.reply);
      case 'refused':
        return this.#refuseAuth(step.reply, 'auth_failed');
      case 'credentials':
        this.#flush();
        this.#effects.push({ kind: 'checkAuth', credentials: step.credentials });
        this.#checking = { user: step.credentials.user, mechanism };
        this.#awaiting = 'auth';
        return;
      default:
        return unreachable(step);
    }
  }

  #checking: Authentication | null = null;

  #refuseAuth(refusal: Reply, error: SessionError | null) {
    this.#secretsMayFollow = true;
    if (error !== null) this.#observeError(error);
    this.#answer(refusal);
  }

  #authChecked(accepted: boolean) {
    assert(this.#awaiting === 'auth', 'credentials are checked only when asked');
    this.#awaiting = null;
    const checked = this.#checking;
    this.#checking = null;
    if (!accepted) return this.#refuseAuth(replies.authFailed, 'auth_failed');
    this.#authentication = checked;
    this.#authMs = this.#nowMs - this.#commandAtMs;
    this.#answer(replies.authenticated);
  }

  #policy() {
    return {
      tlsNeeded: this.#options.tls === 'required' && this.#tls === null,
      authNeeded: this.#options.auth === 'required' && this.#authentication === null,
    };
  }

  #offer() {
    return { auth: this.#options.auth !== 'off' };
  }

  // ── Answers, dialogue, end ────────────────────────────────────────────────────────────────────

  #foreign(line: string, protocol: 'http' | 'proxy') {
    if (protocol === 'http') this.#notSmtp(line, replies.notHttp, 'http_request');
    else this.#notSmtp(line, replies.notProxied, 'parse_error');
  }

  #notSmtp(line: string, refusal: Reply, error: SessionError) {
    this.#verb = 'UNKNOWN';
    this.#clientLine(line);
    this.#observeError(error);
    this.#end(refusal, 'protocol-error');
  }

  #refuse(refusal: Reply, error: SessionError) {
    this.#observeError(error);
    this.#answer(refusal);
  }

  #answer(reply: Reply) {
    this.#say(reply);
    // 552 says that a message is too large: the peer's misfortune, not its misbehaviour.
    if (reply.code < 500 || reply.code === 552) return;
    this.#errorCount++;
    if (this.#errorCount < this.#options.errorsMax) return;
    this.#observeError('too_many_errors');
    this.#end(replies.tooManyErrors, 'protocol-error');
  }

  #say(reply: Reply) {
    this.#unsent += reply.wire;
    for (const text of reply.wireLines) this.#record('server', text);
    const tookMs = this.#nowMs - this.#commandAtMs;
    this.#observations.push({ kind: 'reply', verb: this.#verb, code: reply.code, tookMs });
  }

  #end(lastReply: Reply | null, outcome: SessionOutcome) {
    if (lastReply !== null) this.#say(lastReply);
    this.#observations.push({ kind: 'ended', outcome });
    this.#flush();
    this.#effects.push({ kind: 'close' });
    this.#closed = true;
    this.#awaiting = null;
    this.#receiving = null;
    this.#forget();
  }

  #observeError(error: SessionError) {
    this.#observations.push({ kind: 'error', error });
  }

  #note(text: string) {
    this.#record('note', text);
  }

  #clientLine(text: string) {
    if (this.#verb === 'MAIL' && this.#transaction === null) this.#dialogue.startTransaction();
    this.#record('client', legible(text));
  }

  #record(from: DialogueLine['from'], text: string) {
    const line = { atMs: this.#nowMs - this.#connectedAtMs, from, text };
    if (openingVerbs.has(this.#verb)) this.#dialogue.addToPreamble(line);
    else this.#dialogue.addToTransaction(line);
    this.#observations.push({ kind: 'line', line });
  }

  /** The line as it may be kept: nothing that could be a secret, UTF-8 decoded. */
  #masked(line: string): string {
    const auth = /^auth +(plain|login|cram-md5)?/i.exec(line);
    if (auth !== null) {
      const shown = auth[0].trimEnd();
      return line.trimEnd().length > shown.length ? `${shown} ****` : shown;
    }
    if (this.#secretsMayFollow && this.#verb === 'UNKNOWN') return '****';
    return decodeUtf8(line) ?? line;
  }

  #flush() {
    if (this.#unsent !== '') {
      this.#effects.push({ kind: 'send', text: this.#unsent });
      this.#unsent = '';
    }
    if (this.#observations.length === 0) return;
    for (const observation of this.#observations) {
      this.#effects.push({ kind: 'observe', observation });
    }
    this.#observations = [];
  }
}

type EnvelopeCommand = Extract<Command, { readonly kind: 'MAIL' | 'RCPT' }>;

function commandLimit(start: string): number {
  return /^auth /i.test(start) ? authLineBytesMax : commandLineBytesMax;
}

function authLimit(): number {
  return authLineBytesMax;
}

function tlsNote(tls: TlsFacts): string {
  return `${tls.protocol} ${tls.cipher}${tls.resumed ? ', resumed' : ''}`;
}

/** 10240 → 10,240 */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
