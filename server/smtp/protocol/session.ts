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
import type { TlsFacts } from '../../../db/types.ts';
import { assert, unreachable } from '../../assert.ts';
import { ChunkReceiver } from './chunk-receiver.ts';
import { announcesChunk, type Command, parseCommand } from './command.ts';
import { DataReceiver } from './data-receiver.ts';
import { grouped, legible, mask, masked } from './dialogue.ts';
import { hiddenParameter } from './esmtp-parameters.ts';
import { ehloKeywords } from './extensions.ts';
import type { CapabilityChange, GatePoint, GateQuestion } from './gate.ts';
import { Gatekeeper, type Passage } from './gatekeeper.ts';
import { authLineBytesMax, commandLineBytesMax, linesPerStepMax } from './limits.ts';
import { Outbox } from './outbox.ts';
import { type LineEvent, ReceiveBuffer } from './receive-buffer.ts';
import { replies, storeRefusals } from './replies.ts';
import { injected, type Reply } from './reply.ts';
import { type SaslReader, type SaslStep, startSasl } from './sasl.ts';
import type {
  AuthMechanism,
  CompletedTransaction,
  Credentials,
  Deadline,
  SessionEffect,
  SessionError,
  SessionInput,
  SessionOptions,
  SessionOutcome,
  SmtpSession,
} from './session-types.ts';
import { Transaction } from './transaction.ts';
import { type State, transition } from './transitions.ts';
import { decodeUtf8 } from './utf8.ts';
import { verbOf } from './verb.ts';

export function createSession(options: SessionOptions): SmtpSession {
  return new Session(options);
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

/** Characters of a refused user's name that the transcript shows. */
const notedUserMax = 64;

interface Authentication {
  readonly user: string;
  readonly mechanism: AuthMechanism;
}

class Session implements SmtpSession {
  readonly #options: SessionOptions;
  readonly #input = new ReceiveBuffer();
  readonly #out = new Outbox();
  readonly #keeper: Gatekeeper;

  #state: State = 'connected';
  #awaiting: 'tls' | 'auth' | 'store' | 'wait' | null = null;
  #receiving: Receiving | null = null;
  #sasl: { readonly mechanism: AuthMechanism; readonly read: SaslReader } | null = null;
  #transaction: Transaction | null = null;
  #transactionCount = 0;
  #closed = false;
  #inputEnded = false;
  #unfinished = false;
  #stopping = false;

  #ehloName = '';
  #tls: TlsFacts | null = null;
  #authentication: Authentication | null = null;
  #errorCount = 0;
  #firstLineTaken = false;
  /** After a refused AUTH the next lines may be its secrets, sent without waiting. */
  #secretsMayFollow = false;

  #tlsMs: number | null = null;
  #authMs: number | null = null;
  /** Whose credentials are being checked. */
  #checking: Authentication | null = null;

  /** What a fault put in place of the greeting, while the client is let in to hear it. */
  #doorReply: Reply | null = null;
  /** RFC 5321 §3.1: the greeting was a refusal, and only QUIT is left to say. */
  #refusing = false;
  /** What EHLO said about us that we would not have said. */
  #change: CapabilityChange | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#keeper = new Gatekeeper(options.gate, this.#out, {
      question: (point) => this.#question(point),
      unreadBytes: () => this.#input.bytes,
      wait: (ms) => this.#wait(ms),
      end: (lastReply) => this.#end(lastReply, 'fault'),
    });
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

  get waiting(): boolean {
    return this.#awaiting === 'wait';
  }

  get unfinished(): boolean {
    return this.#unfinished;
  }

  get closed(): boolean {
    return this.#closed;
  }

  step(input: SessionInput, nowMs: number): readonly SessionEffect[] {
    if (this.#closed) return [];
    this.#out.startStep(nowMs);
    this.#take(input, nowMs);
    this.#advance();
    return this.#out.takeEffects();
  }

  #take(input: SessionInput, nowMs: number) {
    switch (input.kind) {
      case 'accepted':
        this.#out.connected(nowMs);
        return this.#accepted();
      case 'connected':
        // A delay at the door belongs to the session; a handshake before it is counted by the shell.
        if (this.#options.gate === null || input.tls !== null) this.#out.connected(nowMs);
        this.#tls = input.tls;
        if (input.tls !== null) this.#out.note(tlsNote(input.tls));
        return this.#greet();
      case 'refused':
        this.#out.connected(nowMs);
        if (input.refusal !== 'shuttingDown') this.#out.observeError('too_many_connections');
        return this.#end(replies[input.refusal], 'refused');
      case 'bytes':
        // In clear after STARTTLS: not part of the session (RFC 3207 §4.2).
        if (this.#awaiting !== 'tls') this.#input.push(input.octets);
        return;
      case 'continue':
        return;
      case 'eof':
        this.#inputEnded = true;
        // The handshake will not be done any more, so there is no answer to wait for.
        if (this.#awaiting === 'tls') this.#end(null, 'aborted');
        else if (this.waiting && this.#keeper.stalled) this.#end(null, 'fault');
        return;
      case 'waited':
        return this.#waited();
      case 'timeout':
        this.#out.verb = 'UNKNOWN';
        if (!this.#keeper.struck) this.#out.observeError('timeout');
        return this.#end(replies.timedOut, 'timeout');
      case 'shutdown':
        this.#stopping = true;
        if (!this.waiting) return;
        return this.#keeper.stalled ? this.#shutDown() : this.#waited();
      case 'congested':
        // A message that was handed to the store is no longer ours to drop.
        if (this.#awaiting !== 'store') this.#transaction?.dropForCongestion();
        return;
      case 'tlsReady':
        return this.#tlsReady(input.tls);
      case 'authChecked':
        return this.#authChecked(input.accepted);
      case 'stored':
        this.#observeStored(input.id, this.#openTransaction());
        return this.#stored(replies.stored(input.id));
      case 'notStored':
        this.#out.observeError('storage');
        this.#keeper.notStored();
        return this.#stored(storeRefusals[input.refusal]);
      default:
        return unreachable(input);
    }
  }

  /**
   * Consumes octets until there are none, an answer is awaited, the session has ended, or it has
   * had its turn.
   */
  #advance() {
    this.#unfinished = false;
    let linesLeft = linesPerStepMax;
    while (!this.#closed && this.#awaiting === null) {
      if (this.#stopping && this.#receiving === null) return this.#shutDown();
      if (this.#receiving === null && linesLeft-- === 0 && this.#input.bytes > 0) {
        this.#unfinished = true;
        return;
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
    if (aborted && !this.#keeper.struck) this.#out.observeError('aborted');
    this.#end(null, aborted ? 'aborted' : 'closed');
  }

  #shutDown() {
    this.#out.verb = 'UNKNOWN';
    this.#end(replies.shuttingDown, 'shutdown');
  }

  // ── Faults ────────────────────────────────────────────────────────────────────────────────────

  /** Through the gate at `point`, if there is one that watches. */
  #pass(point: GatePoint, proceed: Passage['proceed'], refuse?: Passage['refuse']) {
    if (!this.#keeper.watches(point)) return proceed(null);
    this.#keeper.pass({ point, proceed, refuse: refuse ?? ((reply) => this.#answer(reply)) });
  }

  #question(point: GatePoint): GateQuestion {
    const transaction = this.#transaction;
    return {
      point,
      tls: this.#tls !== null,
      user: this.#authentication?.user ?? null,
      sender: transaction?.reversePath ?? null,
      // Of many recipients not all again at each.
      recipients: point === 'rcpt' ? [] : (transaction?.recipients() ?? []),
      transaction: this.#transactionCount,
      messageBytes: transaction?.body.bytes ?? 0,
    };
  }

  #wait(ms: number | null) {
    if (this.#stopping) {
      if (ms === null) this.#shutDown();
      else this.#keeper.resume();
      return;
    }
    this.#out.add({ kind: 'wait', ms });
    this.#awaiting = 'wait';
  }

  #waited() {
    if (!this.waiting) return;
    this.#awaiting = null;
    this.#keeper.resume();
  }

  #accepted() {
    const admit = () => this.#out.add({ kind: 'admit' });
    this.#pass('accept', admit, (reply) => {
      this.#doorReply = reply;
      admit();
    });
  }

  #greet() {
    if (this.#doorReply !== null) return this.#end(this.#doorReply, 'fault');
    const greeting = replies.greeting(this.#options.hostname);
    this.#pass(
      'banner',
      () => this.#answer(greeting),
      (reply) => {
        this.#refusing = true;
        this.#answer(reply);
      },
    );
  }

  get #messageBytesMax(): number {
    const { messageBytesMax } = this.#options;
    return Math.min(messageBytesMax, this.#change?.messageBytesMax ?? messageBytesMax);
  }

  /** A fault has broken off the answer that was just given. */
  get #isOver(): boolean {
    return this.#closed || (this.waiting && this.#keeper.stalled);
  }

  #hides(keyword: string): boolean {
    return this.#change?.drop.includes(keyword) ?? false;
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
    this.#out.startCommand();
    if (event.kind !== 'line') this.#brokenLine(event);
    else if (this.#sasl === null) this.#command(event.text);
    else this.#authResponse(event.text, this.#sasl);
    return true;
  }

  #brokenLine(event: Exclude<LineEvent, { readonly kind: 'line' }>) {
    const inAuth = this.#sasl !== null;
    if (!inAuth) this.#out.verb = 'UNKNOWN';
    if (event.kind === 'endless') {
      this.#out.observeError('line_too_long');
      return this.#end(replies.endlessLine, 'protocol-error');
    }
    const command = inAuth ? null : parseCommand(event.text, this.#offer());
    if (command?.kind === 'foreign') return this.#foreign(event.text, command.protocol);
    this.#heard(event.text);
    this.#sasl = null;
    const isBareLf = event.kind === 'bareLf';
    this.#out.observeError(isBareLf ? 'parse_error' : 'line_too_long');
    const tooLong = inAuth ? replies.authLineTooLong : replies.lineTooLong;
    const refusal = isBareLf ? replies.bareLf : tooLong;
    // Nobody knows how many octets follow, and they must not be read as commands.
    if (!inAuth && announcesChunk(event.text)) this.#end(refusal, 'protocol-error');
    else this.#answer(refusal);
  }

  #command(line: string) {
    const command = parseCommand(line, this.#offer());
    if (command.kind === 'foreign') return this.#foreign(line, command.protocol);
    const verb = command.kind === 'refused' ? command.verb : command.kind;
    this.#out.verb = verb;
    this.#heard(line);
    if (verb !== 'UNKNOWN') this.#secretsMayFollow = false;
    const cell =
      verb === 'UNKNOWN' ? { next: this.#state } : transition(this.#state, verb, this.#policy());
    if (command.kind === 'refused') {
      const refusal = 'refusal' in cell ? replies[cell.refusal] : command.reply;
      return this.#refuseCommand(command, refusal, 'refusal' in cell);
    }
    if ('refusal' in cell) this.#refuseInOrder(command, replies[cell.refusal]);
    else if (this.#refusing && verb !== 'QUIT') {
      this.#refuseInOrder(command, injected(replies.notServed));
    } else this.#run(command, cell.next);
  }

  /** A line that cannot be read, or not in this state. */
  #refuseCommand(
    command: Extract<Command, { readonly kind: 'refused' }>,
    refusal: Reply,
    outOfOrder: boolean,
  ) {
    if (command.verb === 'AUTH') this.#secretsMayFollow = true;
    if (!outOfOrder) this.#out.observeError('parse_error');
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
        return this.#pass('ehlo', (change) => this.#hello(command, next, change));
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
  #hello(
    { kind, name }: Extract<Command, { readonly kind: 'EHLO' | 'HELO' }>,
    next: State,
    change: CapabilityChange | null,
  ) {
    const { hostname, recipientsMax } = this.#options;
    this.#forgetTransaction(next);
    this.#ehloName = name;
    this.#change = change;
    this.#out.observe({ kind: 'hello', name });
    if (kind === 'HELO') return this.#answer(replies.hello(hostname, name));
    const keywords = ehloKeywords({
      messageBytesMax: this.#messageBytesMax,
      recipientsMax,
      startTls: this.#options.tls !== 'off' && this.#tls === null,
      authMechanisms: this.#authOffered() ? this.#options.authMechanisms : [],
      change,
    });
    this.#answer(replies.ehlo(hostname, name, keywords));
  }

  #help(argument: string) {
    const verb = argument === '' ? null : verbOf(argument);
    this.#answer(verb === undefined ? replies.helpUnknown(argument) : replies.help(verb));
  }

  // ── Envelope ──────────────────────────────────────────────────────────────────────────────────

  #mail(command: EnvelopeCommand, next: State) {
    const { address: sender, parameters } = command;
    if (!command.ascii && parameters.SMTPUTF8 === undefined) {
      return this.#refuse(replies.needSmtpUtf8, 'parse_error');
    }
    if (this.#refuseHidden(parameters)) return;
    if (Number(parameters.SIZE ?? 0) > this.#messageBytesMax) return this.#refuseSize();
    if (!this.#keeper.watches('mail')) return this.#openTransactionFor(command, next);
    this.#keeper.pass({
      point: 'mail',
      about: { sender },
      proceed: () => this.#openTransactionFor(command, next),
      refuse: (reply) => this.#answer(reply),
    });
  }

  #openTransactionFor({ address, parameters }: EnvelopeCommand, next: State) {
    const { sessionAgeMs } = this.#out;
    const messageBytesMax = this.#messageBytesMax;
    this.#transaction = new Transaction({ address, parameters, sessionAgeMs, messageBytesMax });
    this.#transactionCount += 1;
    this.#state = next;
    this.#answer(replies.reversePathAccepted);
  }

  #refuseHidden(parameters: EnvelopeCommand['parameters']): boolean {
    const hidden = this.#change === null ? null : hiddenParameter(parameters, this.#change.drop);
    if (hidden !== null) this.#answer(injected(replies.unknownParameter(hidden)));
    return hidden !== null;
  }

  #refuseSize() {
    const refusal = this.#sizeRefusal();
    if (!refusal.injected) this.#out.observeError('message_too_large');
    this.#answer(refusal);
  }

  #sizeRefusal(): Reply {
    const refusal = replies.messageTooLarge(this.#messageBytesMax);
    return this.#messageBytesMax < this.#options.messageBytesMax ? injected(refusal) : refusal;
  }

  #rcpt(command: EnvelopeCommand, next: State) {
    const { address, parameters } = command;
    const transaction = this.#openTransaction();
    if (!command.ascii && !transaction.smtpUtf8) {
      return this.#refuse(replies.needSmtpUtf8, 'parse_error');
    }
    if (this.#refuseHidden(parameters)) return;
    if (transaction.recipientCount >= this.#options.recipientsMax) {
      return this.#refuse(replies.tooManyRecipients, 'too_many_recipients');
    }
    if (!this.#keeper.watches('rcpt', address)) return this.#addRecipient(command, next);
    this.#keeper.pass({
      point: 'rcpt',
      about: { recipients: [address] },
      proceed: () => this.#addRecipient(command, next),
      refuse: (reply) => this.#answer(reply),
    });
  }

  #addRecipient({ address, parameters }: EnvelopeCommand, next: State) {
    this.#openTransaction().addRecipient({ address, parameters });
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
    if (transaction.binary) return this.#answer(replies.binaryNeedsBdat);
    if (this.#keeper.watches('data')) this.#pass('data', () => this.#invite(transaction));
    else this.#invite(transaction);
  }

  #invite(transaction: Transaction) {
    transaction.startMessage('DATA', this.#out.sessionAgeMs);
    this.#receiving = { kind: 'data', receiver: new DataReceiver(transaction.body) };
    this.#answer(replies.startData);
    if (!this.#isOver) this.#pass('body', goOn);
  }

  #bdat(bytes: number, last: boolean, next: State) {
    const transaction = this.#openTransaction();
    if (this.#hides('CHUNKING')) {
      return this.#drainChunk(bytes, injected(replies.unknownCommand), false);
    }
    if (transaction.congested) {
      this.#out.observeError('storage');
      return this.#drainChunk(bytes, replies.congested, true);
    }
    if (transaction.body.bytes + bytes > this.#messageBytesMax) {
      const refusal = this.#sizeRefusal();
      if (!refusal.injected) this.#out.observeError('message_too_large');
      transaction.body.drop();
      return this.#drainChunk(bytes, refusal, true);
    }
    const receive = () => {
      transaction.startMessage('BDAT', this.#out.sessionAgeMs);
      this.#state = next;
      const receiver = new ChunkReceiver(bytes, transaction.body);
      this.#receiving = { kind: 'chunk', receiver, bytes, last, refusal: null };
    };
    if (this.#state !== 'rcpt') return receive();
    const begin = () => {
      receive();
      this.#pass('body', goOn);
    };
    this.#pass('data', begin, (reply) => this.#drainChunk(bytes, reply, true));
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
      this.#out.startCommand();
      if (receiving.kind === 'data') this.#dataReceived();
      else this.#chunkReceived(receiving);
      return true;
    }
    const segment = this.#input.segment();
    if (segment === null) return false;
    this.#input.consume(receiver.push(segment));
    const isDrained = receiving.kind === 'chunk' && receiving.refusal !== null;
    if (!isDrained && this.#keeper.watches('body')) this.#pass('body', goOn);
    return true;
  }

  #dataReceived() {
    const transaction = this.#openTransaction();
    const { body } = transaction;
    this.#out.note(`… ${grouped(body.bytes)} octets of message …`);
    if (body.tooLarge) {
      this.#forgetTransaction('greeted');
      return this.#refuseSize();
    }
    if (transaction.congested) {
      this.#forgetTransaction('greeted');
      return this.#refuse(replies.congested, 'storage');
    }
    this.#store(transaction);
  }

  #chunkReceived(chunk: Extract<Receiving, { readonly kind: 'chunk' }>) {
    this.#out.note(`… ${grouped(chunk.bytes)} octets of message …`);
    if (chunk.refusal !== null) return this.#answer(chunk.refusal);
    const transaction = this.#openTransaction();
    if (transaction.congested) {
      this.#forgetTransaction('greeted');
      return this.#refuse(replies.congested, 'storage');
    }
    if (chunk.last) this.#store(transaction);
    else this.#answer(replies.chunkReceived(chunk.bytes));
  }

  #store(transaction: Transaction) {
    if (!this.#keeper.watches('final')) return this.#commit(transaction);
    const idle = this.#idleLater();
    const refuse = (reply: Reply) => {
      this.#forgetTransaction('greeted');
      this.#answer(reply);
      if (reply.code < 300) idle();
    };
    this.#pass('final', () => this.#commit(transaction), refuse);
  }

  #commit(transaction: Transaction) {
    this.#out.add({ kind: 'store', transaction: this.#completed(transaction) });
    this.#awaiting = 'store';
  }

  /** Between two messages, with what is known of the one before. */
  #idleLater(): () => void {
    if (!this.#keeper.watches('idle')) return goOn;
    const about = this.#question('idle');
    return () => {
      if (this.#isOver) return;
      this.#keeper.pass({ point: 'idle', about, proceed: goOn, refuse: goOn });
    };
  }

  #completed(transaction: Transaction): CompletedTransaction {
    return {
      envelope: transaction.envelope(),
      ehloName: this.#ehloName,
      tls: this.#tls,
      authUser: this.#authentication?.user ?? null,
      authMechanism: this.#authentication?.mechanism ?? null,
      raw: transaction.body.pieces(),
      sizeBytes: transaction.body.bytes,
      wire: transaction.wireFacts(),
      timings: transaction.timings({
        sessionAgeMs: this.#out.sessionAgeMs,
        tlsMs: this.#tlsMs,
        authMs: this.#authMs,
      }),
      dialogue: this.#out.dialogue.lines(),
    };
  }

  #observeStored(id: string, transaction: Transaction) {
    const commitMs = this.#out.commandAgeMs;
    const ages = transaction.agesMs(this.#out.sessionAgeMs);
    const injected = this.#keeper.ofStored(this.#transactionCount);
    this.#out.observe({
      kind: 'stored',
      id,
      bytes: transaction.body.bytes,
      tookMs: ages.sinceMailMs,
      dataMs: Math.max(0, ages.sinceDataMs - commitMs),
      commitMs,
      ...(injected === null ? {} : { injected }),
    });
  }

  #stored(outcome: Reply) {
    assert(this.#awaiting === 'store', 'a store answers only when asked');
    this.#awaiting = null;
    const idle = this.#idleLater();
    this.#forgetTransaction('greeted');
    this.#keeper.stored((instead) => {
      this.#answer(instead ?? outcome);
      idle();
    });
  }

  // ── STARTTLS and AUTH ─────────────────────────────────────────────────────────────────────────

  #startTls() {
    if (this.#options.tls === 'off') return this.#answer(replies.noTls);
    if (this.#hides('STARTTLS')) return this.#answer(injected(replies.noTls));
    if (this.#tls !== null) return this.#answer(replies.tlsActive);
    this.#pass('starttls', () => {
      this.#answer(replies.startTls);
      if (this.#isOver) return;
      // Everything read so far came in clear and may have been injected (RFC 3207 §4.2, §6).
      this.#input.clear();
      this.#out.add({ kind: 'startTls' });
      this.#awaiting = 'tls';
    });
  }

  #tlsReady(tls: TlsFacts) {
    assert(this.#awaiting === 'tls', 'TLS is ready only after STARTTLS');
    this.#awaiting = null;
    this.#forget();
    this.#tls = tls;
    this.#tlsMs = this.#out.commandAgeMs;
    this.#out.note(tlsNote(tls));
  }

  /** RFC 3207 §4.2: the session is as it was after the greeting. */
  #forget() {
    this.#input.clear();
    this.#forgetTransaction('connected');
    this.#ehloName = '';
    this.#change = null;
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
    if (this.#hides('AUTH')) return this.#refuseAuth(injected(replies.noAuth), null);
    if (this.#authentication !== null) return this.#refuseAuth(replies.authDone, null);
    const mechanism = this.#options.authMechanisms.find((offered) => offered === name);
    if (mechanism === undefined) return this.#refuseAuth(replies.unknownMechanism, null);
    const { challenge } = this.#options;
    this.#saslStep(mechanism, startSasl(mechanism, initialResponse, challenge));
  }

  #authResponse(text: string, sasl: { mechanism: AuthMechanism; read: SaslReader }) {
    this.#heard(text);
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
        return this.#check({ user: step.credentials.user, mechanism }, step.credentials);
      default:
        return unreachable(step);
    }
  }

  #check(who: Authentication, credentials: Credentials) {
    const check = () => {
      this.#out.add({ kind: 'checkAuth', credentials });
      this.#checking = who;
      this.#awaiting = 'auth';
    };
    if (!this.#keeper.watches('auth')) return check();
    this.#keeper.pass({
      point: 'auth',
      about: { user: who.user },
      proceed: check,
      refuse: (reply) => this.#refuseAuth(reply, null),
    });
  }

  #refuseAuth(refusal: Reply, error: SessionError | null) {
    this.#secretsMayFollow = true;
    if (error !== null) this.#out.observeError(error);
    this.#answer(refusal);
  }

  #authChecked(accepted: boolean) {
    assert(this.#awaiting === 'auth', 'credentials are checked only when asked');
    this.#awaiting = null;
    const checked = this.#checking;
    this.#checking = null;
    if (!accepted) {
      const user = JSON.stringify(checked?.user.slice(0, notedUserMax) ?? '');
      this.#out.note(`${checked?.mechanism ?? 'AUTH'} login as ${user} refused`);
      return this.#refuseAuth(replies.authFailed, 'auth_failed');
    }
    this.#authentication = checked;
    this.#authMs = this.#out.commandAgeMs;
    if (checked !== null) this.#out.observe({ kind: 'authenticated', user: checked.user });
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
    this.#out.verb = 'UNKNOWN';
    this.#heard(line);
    this.#out.observeError(error);
    this.#end(refusal, 'protocol-error');
  }

  #refuse(refusal: Reply, error: SessionError) {
    this.#out.observeError(error);
    this.#answer(refusal);
  }

  #answer(reply: Reply) {
    if (this.#keeper.cuts) return this.#keeper.cutShort(reply);
    this.#out.say(reply);
    // 552 says that a message is too large: the peer's misfortune, not its misbehaviour.
    if (reply.code < 500 || reply.code === 552 || reply.injected) return;
    this.#errorCount++;
    if (this.#errorCount < this.#options.errorsMax) return;
    this.#out.observeError('too_many_errors');
    this.#end(replies.tooManyErrors, 'protocol-error');
  }

  #end(lastReply: Reply | null, outcome: SessionOutcome) {
    if (lastReply !== null) this.#out.say(lastReply);
    this.#out.observeEnd(outcome);
    // RFC 5321 §4.1.1.10: QUIT is the last that a client sends; TLS has a last word of its own.
    const hasQuit = outcome === 'quit' && this.#input.bytes === 0 && this.#tls === null;
    this.#out.add({ kind: 'close', peerMaySend: !this.#inputEnded && !hasQuit });
    this.#closed = true;
    this.#awaiting = null;
    this.#receiving = null;
    this.#forget();
  }

  #heard(line: string) {
    const verb = this.#out.verb;
    if (verb === 'MAIL' && this.#transaction === null) this.#out.dialogue.startTransaction();
    const secret = this.#sasl !== null || (this.#secretsMayFollow && verb === 'UNKNOWN');
    this.#out.heard(secret && line !== '*' ? mask : legible(masked(decodeUtf8(line) ?? line)));
  }
}

function goOn(): void {
  // Nothing but what comes anyway.
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
