/**
 * One socket and one session: octets in, effects out.
 *
 * On octets the session takes a step; each effect is one short case; an answer is another step.
 * What one step sends leaves in one write. Nothing here knows a command: which clock runs is the
 * session's `deadline`, and reading stops while the session awaits an answer, while the client does
 * not read its replies, and while too many octets are in flight over all sessions.
 *
 * The clocks: a command has to be complete within its time, so octets alone do not extend it, only
 * a reply does; a message is given its time anew with every octet that arrives.
 *
 * Turns: libuv accepts one connection per turn of the event loop, so what one turn does for the
 * clients that are here is what the next one waits. A client gets a bounded number of command lines
 * (the session counts them) and about one full read of message octets, then the loop goes round.
 */
import type { Socket } from 'node:net';
import type { NewMessage, Timings } from '../../db/types.ts';
import { unreachable } from '../assert.ts';
import { clearTimeout, epochMs, setImmediate, setTimeout } from '../timers.ts';
import { credentialsAccepted } from './check-credentials.ts';
import type { BudgetMember, FlightBudget } from './flight-budget.ts';
import { newMessage } from './new-message.ts';
import { replies } from './protocol/replies.ts';
import type {
  CompletedTransaction,
  Credentials,
  Deadline,
  Observation,
  SessionEffect,
  SessionInput,
  SmtpSession,
} from './protocol/session-types.ts';
import { SlowLine } from './slow-line.ts';
import { SlowSocket } from './slow-socket.ts';
import { upgradeToTls } from './tls-upgrade.ts';
import type {
  ConnectionRefusal,
  Intake,
  SessionFacts,
  SmtpObserver,
  SmtpServerOptions,
} from './types.ts';

/** One of our own errors, which ended one session. */
export interface SessionFailure {
  readonly session: SessionFacts;
  /** What the connection was doing. */
  readonly during: string;
  readonly error: unknown;
}

/** What all connections of a server share. */
export interface ConnectionContext {
  readonly options: SmtpServerOptions;
  readonly intake: Intake;
  readonly observer: SmtpObserver;
  /** `null`: nothing is timed, and no clock is read. */
  readonly clockMs: (() => number) | null;
  readonly budget: FlightBudget;
  readonly reportFailure: (failure: SessionFailure) => void;
  /** For a client to take our last words and close too. */
  readonly lingerMs: number;
  readonly handshakeMs: number;
  /** As long as a session that says nothing any more is kept, if its client does not leave. */
  readonly stallMs: number;
}

/** A session that holds more than lines waiting to be read holds part of a message. */
const commandBytesHeldMax = 16_384;

/** What a client may send in one turn of the event loop, while others wait. One full read. */
const turnBytesMax = 65_536;

/** Replies are ASCII (see `protocol/reply.ts`), and Node writes these fastest as Latin-1. */
const wireEncoding = 'latin1';

/** What a client may still send after our last words before it is cut off. */
const droppedBytesMax = 1_048_576;

/** A client that finds octets and RST in one look may take it for FIN, as libuv does. */
const resetGapMs = 10;

/** What is read ahead of a session that waits, so that we hear of the client's leaving. */
const waitingBytesMax = 65_536;

/** Replies that a slow line may hold back. */
const unsentBytesMax = 16_384;

export class Connection implements BudgetMember {
  readonly facts: SessionFacts;
  readonly #context: ConnectionContext;
  readonly #session: SmtpSession;
  readonly #gated: boolean;
  readonly #onReleased: () => void;
  /** Below TLS, where there is TLS. */
  readonly #plainSocket: Socket;
  #socket: Socket;
  #timer: NodeJS.Timeout | null = null;
  /** Of a session that waits. */
  #waitTimer: NodeJS.Timeout | null = null;
  #slowLine: SlowLine | null = null;
  /** Below TLS that was begun on a slow line, which it takes the place of. */
  #slowSocket: SlowSocket | null = null;
  #runningDeadline: Deadline = 'none';
  /** On its way into the store. */
  #storing: NewMessage | null = null;
  /** Our side is ended; what still arrives is dropped. */
  #ending = false;
  /** …for a while after our last words. */
  #lingers = true;
  #stopping = false;
  #handshaking = false;
  #socketClosed = false;
  #released = false;
  #failed = false;
  #congested = false;
  #mayReceive = true;
  #replyBufferFull = false;
  #droppedBytes = 0;
  #bytesReceived = 0;
  #turnBytes = 0;
  /** Waits for the event loop to go round once. */
  #turnPlanned = false;

  constructor(
    socket: Socket,
    parts: {
      readonly facts: SessionFacts;
      readonly session: SmtpSession;
      /** Somebody may interfere, also before the greeting. */
      readonly gated: boolean;
      readonly context: ConnectionContext;
      readonly onReleased: () => void;
    },
  ) {
    this.#plainSocket = socket;
    this.#socket = socket;
    this.#gated = parts.gated;
    this.facts = parts.facts;
    this.#session = parts.session;
    this.#context = parts.context;
    this.#onReleased = parts.onReleased;
  }

  /** Greets, or refuses, at once; behind implicit TLS as soon as the handshake is done. */
  start(refusal: ConnectionRefusal | null): void {
    const { observer } = this.#context;
    observer.connectionOpened?.(this.facts, this);
    if (refusal !== null) observer.connectionRefused?.(this.facts, refusal);
    if (this.#gated && refusal === null) this.#knock();
    else this.#admit(refusal);
  }

  /** Asks first whether it may be greeted; nothing is read that belongs to a handshake. */
  #knock(): void {
    this.#handshaking = this.facts.listener === 'smtps';
    if (this.#handshaking) {
      this.#socket.on('error', ignorePeerError);
      this.#socket.on('close', this.#onClose);
    } else {
      this.#attach();
    }
    this.#step({ kind: 'accepted' });
  }

  #admit(refusal: ConnectionRefusal | null): void {
    const opening = (tls: Extract<SessionInput, { kind: 'connected' }>['tls']): SessionInput =>
      refusal === null ? { kind: 'connected', tls } : { kind: 'refused', refusal };
    if (this.facts.listener === 'smtps' && !this.#socketClosed) {
      this.#socket.off('close', this.#onClose);
      this.#secure(opening);
      return;
    }
    if (!this.#gated || refusal !== null) this.#attach();
    this.#step(opening(null));
  }

  /** Ends after the reply in flight, or at once when there is none. */
  stop(): void {
    this.#stopping = true;
    this.#slowSocket?.hurry();
    if (this.#handshaking) this.#socket.destroy();
    else if (this.#ending) this.#finish(this.#takeUnsent());
    else this.#step({ kind: 'shutdown' });
  }

  /** Drops the client, and what it waits for too. */
  destroy(): void {
    this.#socket.destroy();
    this.#socketIsClosed();
    this.#release();
  }

  resumed(): void {
    this.#mayReceive = true;
    this.#setTimer(true);
    this.#regulate();
  }

  congested(): void {
    this.#congested = true;
    this.#step({ kind: 'congested' });
  }

  /** Octets of the client, TLS taken off. */
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  readonly #onData = (octets: Uint8Array) => {
    this.#bytesReceived += octets.length;
    if (this.#ending) this.#drop(octets.length);
    else if (this.#slowLine === null) this.#take(octets);
    else {
      this.#slowLine.receive(octets);
      this.#regulate();
    }
  };
  readonly #onEnd = () => {
    if (this.#slowLine === null) this.#step({ kind: 'eof' });
    else this.#slowLine.receiveEnd();
  };
  readonly #onClose = () => this.#socketIsClosed();
  readonly #onDrain = () => {
    this.#replyBufferFull = false;
    this.#planTurn();
    this.#regulate();
  };

  #attach(): void {
    this.#socket.on('error', ignorePeerError);
    this.#socket.on('close', this.#onClose);
    this.#socket.on('drain', this.#onDrain);
    this.#socket.on('end', this.#onEnd);
    this.#socket.on('data', this.#onData);
  }

  #take(octets: Uint8Array): void {
    this.#turnBytes += octets.length;
    this.#step({ kind: 'bytes', octets });
  }

  #detach(): void {
    this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('drain', this.#onDrain);
  }

  /** One input, and those that its effects answer by themselves. */
  #step(first: SessionInput): void {
    if (this.#session.closed || this.#failed) return;
    const startedAtMs = this.#nowMs();
    const observations: Observation[] = [];
    let text = '';
    let invitesTls = false;
    let admits = false;
    let resets = false;
    try {
      for (let input: SessionInput | null = first; input !== null; ) {
        const effects: readonly SessionEffect[] = this.#session.step(input, startedAtMs);
        input = null;
        for (const effect of effects) {
          switch (effect.kind) {
            case 'send':
              text += effect.text;
              break;
            case 'startTls':
              invitesTls = true;
              break;
            case 'checkAuth':
              input = this.#checkAuth(effect.credentials);
              break;
            case 'store':
              this.#store(effect.transaction);
              break;
            case 'wait':
              // Nobody is left to be kept waiting.
              if (this.#socketClosed && effect.ms !== null) input = { kind: 'waited' };
              else this.#wait(effect.ms);
              break;
            case 'admit':
              admits = true;
              break;
            case 'throttle':
              this.#slowDown(effect.bytesPerSecond);
              break;
            case 'reset':
              resets = true;
              break;
            case 'close':
              this.#ending = true;
              this.#lingers = effect.peerMaySend;
              break;
            case 'observe':
              observations.push(effect.observation);
              break;
            default:
              unreachable(effect);
          }
        }
      }
    } catch (error) {
      this.#report(observations, startedAtMs);
      this.#fail(first.kind, error);
      return;
    }
    if (invitesTls) this.#startTls(text);
    else if (resets) this.#reset(text);
    else this.#send(text);
    if (observations.length > 0) this.#report(observations, startedAtMs);
    this.#account();
    const octetsCount = first.kind === 'bytes' && this.#session.deadline === 'data';
    this.#setTimer(text !== '' || octetsCount);
    this.#planTurn();
    this.#regulate();
    if (admits) this.#admit(null);
  }

  /** Goes on after the others, but not while this client leaves our replies unread. */
  #planTurn(): void {
    if (this.#turnPlanned || this.#failed) return;
    const mayGoOn = this.#session.unfinished && !this.#replyBufferFull;
    if (!mayGoOn && this.#turnBytes < turnBytesMax) return;
    this.#turnPlanned = true;
    setImmediate(() => {
      this.#turnPlanned = false;
      this.#turnBytes = 0;
      if (this.#session.unfinished && !this.#replyBufferFull) this.#step({ kind: 'continue' });
      else this.#regulate();
      if (this.#socketClosed) this.#releaseWhenDone();
    });
  }

  #nowMs(): number {
    return this.#context.clockMs?.() ?? 0;
  }

  /** After the writing, which is part of what every answer took. */
  #report(observations: readonly Observation[], startedAtMs: number): void {
    const { observer } = this.#context;
    if (observer.observed === undefined || this.#failed) return;
    const nowMs = this.#nowMs();
    const writtenAtMs = this.#socketClosed ? null : nowMs;
    const stepMs = nowMs - startedAtMs;
    try {
      for (const observation of observations) {
        const answered = observation.kind === 'reply' || observation.kind === 'stored';
        const timed = answered
          ? { ...observation, tookMs: observation.tookMs + stepMs }
          : observation;
        observer.observed(this.facts, timed, writtenAtMs);
      }
    } catch (error) {
      this.#fail('observe', error);
    }
  }

  #wait(ms: number | null): void {
    this.#stopWaiting();
    const over = () => (ms === null ? this.#socket.destroy() : this.#step({ kind: 'waited' }));
    this.#waitTimer = setTimeout(over, ms ?? this.#context.stallMs);
    // Before a handshake nothing may be read, unless it will never be made.
    if (ms !== null || !this.#handshaking) return;
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.resume();
  }

  #stopWaiting(): void {
    if (this.#waitTimer !== null) clearTimeout(this.#waitTimer);
    this.#waitTimer = null;
  }

  #slowDown(bytesPerSecond: number) {
    if (this.#slowSocket !== null) return this.#slowSocket.slowDown(bytesPerSecond);
    this.#slowLine?.slowDown(bytesPerSecond);
    this.#slowLine ??= new SlowLine(bytesPerSecond, {
      deliver: (octets) => this.#take(octets),
      deliverEnd: () => this.#step({ kind: 'eof' }),
      write: (octets) => this.#socket.write(octets),
      drained: () => this.#onDrain(),
    });
  }

  #checkAuth(credentials: Credentials): SessionInput {
    const accepted = credentialsAccepted(credentials, this.#context.options.credentials);
    return { kind: 'authChecked', accepted };
  }

  #store(transaction: CompletedTransaction): void {
    const timed =
      this.#context.clockMs === null ? { ...transaction, timings: untimed } : transaction;
    const message = newMessage(timed, this.facts, epochMs());
    this.#storing = message;
    const answer = (input: SessionInput) => {
      this.#storing = null;
      this.#step(input);
      if (this.#socketClosed) this.#releaseWhenDone();
    };
    this.#context.intake.append(message).then(
      (outcome) =>
        answer(
          outcome.kind === 'stored'
            ? { kind: 'stored', id: outcome.id }
            : { kind: 'notStored', refusal: outcome.refusal },
        ),
      (error: unknown) => {
        this.#context.reportFailure({ session: this.facts, during: 'store', error });
        answer({ kind: 'notStored', refusal: 'storageFailed' });
      },
    );
  }

  #startTls(invitation: string): void {
    const socket = this.#socket;
    this.#detach();
    this.#clearTimer();
    socket.pause();
    // RFC 3207 §4.2: what came before our invitation is not part of the handshake. The session has
    // dropped what it held; this drops what the socket had read for it. A client that sends its
    // ClientHello before the 220 loses it, and its handshake runs into the deadline.
    while (socket.read() !== null);
    this.#handshaking = true;
    this.#replyBufferFull = false;
    // A client that does not even read the invitation.
    this.#timer = setTimeout(() => socket.destroy(), this.#context.handshakeMs);
    const invited = (error?: Error | null) => {
      if (error || socket.destroyed) return;
      this.#clearTimer();
      socket.off('close', this.#onClose);
      this.#secure((tls) => ({ kind: 'tlsReady', tls }));
    };
    if (this.#slowLine !== null) this.#slowLine.finish(invitation, invited);
    else socket.write(invitation, wireEncoding, invited);
  }

  #secure(
    opening: (tls: Extract<SessionInput, { kind: 'tlsReady' }>['tls']) => SessionInput,
  ): void {
    const { options, observer, handshakeMs } = this.#context;
    if (options.secureContext === null) {
      this.#fail('handshake', new Error('TLS was asked for, and there is no secure context'));
      return;
    }
    const startedAtMs = this.#nowMs();
    const plain = this.#socket;
    plain.on('error', ignorePeerError);
    const upgrade = upgradeToTls(this.#takeSlowSocket() ?? plain, {
      secureContext: options.secureContext(),
      timeoutMs: handshakeMs,
    });
    this.#handshaking = true;
    this.#socket = upgrade.socket;
    void upgrade.result.then((result) => {
      this.#handshaking = false;
      observer.tlsHandshake?.(this.facts, {
        ok: result.ok,
        reason: result.ok ? null : result.reason,
        tls: result.ok ? result.tls : null,
        tookMs: this.#nowMs() - startedAtMs,
        ...(this.#slowSocket === null ? {} : { injected: 'late' }),
      });
      if (!result.ok || upgrade.socket.destroyed) {
        this.#socketIsClosed();
        return;
      }
      this.#attach();
      this.#step(opening(result.tls));
    });
  }

  /** What was slow above the line is so below TLS. */
  #takeSlowSocket(): SlowSocket | null {
    if (this.#slowLine === null) return null;
    this.#slowSocket = new SlowSocket(this.#plainSocket, this.#slowLine.bytesPerSecond);
    this.#slowLine.close();
    this.#slowLine = null;
    return this.#slowSocket;
  }

  /** Our own error: this session ends, the others go on. */
  #fail(during: string, error: unknown): void {
    this.#context.reportFailure({ session: this.facts, during, error });
    this.#failed = true;
    this.#storing = null;
    // After our last words there are none.
    if (this.#ending) return;
    this.#ending = true;
    this.#send(replies.internalError.wire);
  }

  #send(text: string): void {
    if (this.#socketClosed) return;
    if (this.#ending) {
      this.#end(text);
    } else if (text !== '' && !this.#write(text)) {
      this.#replyBufferFull = true;
    }
  }

  /** False when what is to be sent piles up. */
  #write(text: string): boolean {
    if (this.#slowLine === null) return this.#socket.write(text, wireEncoding);
    this.#slowLine.send(text);
    return this.#slowLine.unsentBytes < unsentBytesMax;
  }

  #reset(text: string) {
    this.#clearTimer();
    if (this.#socketClosed) return;
    const lastWords = this.#takeUnsent() + text;
    // TLS has no such thing, and it is the octets below that are to break off.
    const reset = () => {
      this.#clearTimer();
      this.#plainSocket.resetAndDestroy();
      this.#socket.destroy();
    };
    if (lastWords === '') return reset();
    // What is said before has to have left, encrypted or not; whoever does not read it cannot stay.
    this.#timer = setTimeout(reset, this.#farewellMs);
    this.#socket.write(lastWords, wireEncoding, () => {
      this.#clearTimer();
      this.#timer = setTimeout(() => setImmediate(reset), resetGapMs);
    });
  }

  /**
   * Sends the last words and, where the client may still be sending, waits a little for it to close:
   * a socket that is closed with octets unread answers with RST, and that would take our last reply
   * away from the client.
   */
  #end(text: string): void {
    if (this.#slowLine === null || this.#stopping) this.#finish(this.#takeUnsent() + text);
    else this.#slowLine.finish(text, () => this.#finish(''));
  }

  #takeUnsent(): string {
    return this.#slowLine?.close() ?? '';
  }

  #finish(text: string): void {
    if (this.#slowSocket === null) this.#socket.end(text, wireEncoding);
    // The client's time begins when it has left, which on a slow line may be long after.
    else this.#socket.end(text, wireEncoding, () => this.#linger(this.#context.lingerMs));
    this.#linger(this.#farewellMs);
    if (this.#stopping || !this.#lingers) this.#socket.destroySoon();
    else this.#socket.resume();
  }

  #linger(ms: number): void {
    this.#clearTimer();
    if (!this.#lingers || this.#socketClosed) return;
    this.#timer = setTimeout(() => this.#socket.destroy(), ms);
  }

  /** Within which our last words have to be taken. */
  get #farewellMs(): number {
    const { lingerMs, stallMs } = this.#context;
    return this.#slowSocket === null || this.#stopping ? lingerMs : stallMs;
  }

  #drop(bytes: number): void {
    this.#droppedBytes += bytes;
    if (this.#droppedBytes > droppedBytesMax) this.#socket.destroy();
  }

  #setTimer(progress: boolean): void {
    if (this.#ending || this.#handshaking || this.#socketClosed) return;
    // A client that we keep waiting for room is not late.
    const deadline = this.#mayReceive ? this.#session.deadline : 'none';
    if (deadline === this.#runningDeadline) {
      if (progress) this.#timer?.refresh();
      return;
    }
    this.#clearTimer();
    this.#runningDeadline = deadline;
    if (deadline === 'none') return;
    const { commandTimeoutMs, dataTimeoutMs } = this.#context.options;
    this.#timer = setTimeout(
      () => this.#step({ kind: 'timeout' }),
      deadline === 'data' ? dataTimeoutMs : commandTimeoutMs,
    );
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#runningDeadline = 'none';
  }

  #account(): void {
    const { awaiting, bytesHeld, deadline } = this.#session;
    // Between two chunks of one message the clock is that of a command, and octets are held.
    const midMessage = deadline === 'data' || bytesHeld > commandBytesHeldMax;
    const receiving = midMessage && !awaiting && !this.#ending;
    // One that was told to refuse its message drains it, and holds nothing.
    if (!receiving) this.#congested = false;
    this.#mayReceive = this.#context.budget.update(this, {
      bytesHeld: Math.max(bytesHeld, this.#storing?.sizeBytes ?? 0),
      receiving: receiving && !this.#congested && !this.#socketClosed,
    });
  }

  /** The one place that decides whether the socket is read. */
  #regulate(): void {
    if (this.#ending || this.#handshaking || this.#socketClosed) return;
    const { awaiting, waiting, bytesHeld } = this.#session;
    const waits =
      (awaiting && !(waiting && bytesHeld < waitingBytesMax)) ||
      this.#slowLine?.isReceiving ||
      this.#session.unfinished ||
      this.#turnPlanned ||
      this.#replyBufferFull ||
      !this.#mayReceive;
    if (waits) this.#socket.pause();
    else this.#socket.resume();
  }

  #socketIsClosed(): void {
    if (this.#socketClosed) return;
    this.#socketClosed = true;
    this.#replyBufferFull = false;
    this.#clearTimer();
    this.#stopWaiting();
    this.#slowLine?.close();
    this.#step({ kind: 'eof' });
    if (this.#session.waiting) this.#step({ kind: 'waited' });
    this.#releaseWhenDone();
  }

  /** Messages that are complete are stored although their client has gone, and held until then. */
  #releaseWhenDone(): void {
    if (this.#storing !== null || (this.#session.unfinished && !this.#failed)) return;
    this.#release();
  }

  #release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#context.budget.release(this);
    this.#context.observer.connectionClosed?.(this.facts);
    this.#onReleased();
  }
}

const untimed: Timings = {
  sessionAgeMs: null,
  tlsMs: null,
  authMs: null,
  envelopeMs: null,
  dataMs: null,
  commitMs: null,
};

function ignorePeerError(): void {
  // The peer vanished: 'close' follows, and there the session learns of it.
}
