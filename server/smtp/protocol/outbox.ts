/**
 * What one session has to say, and what is to be done: gathers the effects of a step.
 *
 * Replies are joined into one send until `flush`; observations follow the send they are about, so
 * that the peer never waits for them. Each line also goes into the dialogue kept with the messages.
 */
import type { DialogueLine } from '../../../db/types.ts';
import { Dialogue } from './dialogue.ts';
import type { FaultMark, GatePoint } from './gate.ts';
import type { Reply } from './reply.ts';
import type { Observation, SessionEffect, SessionError, SessionOutcome } from './session-types.ts';
import type { Verb } from './verb.ts';

/** The verb being answered; `CONNECT` for the greeting, `UNKNOWN` where there is none. */
export type ObservedVerb = Verb | 'CONNECT' | 'UNKNOWN';

/** Verbs whose lines are kept with every message of the session. */
const openingVerbs: ReadonlySet<ObservedVerb> = new Set([
  'CONNECT',
  'EHLO',
  'HELO',
  'STARTTLS',
  'AUTH',
]);

export class Outbox {
  readonly dialogue = new Dialogue();
  /** How far what takes long from here on is not our time: this reply's, or all to come. */
  late: 'no' | 'reply' | 'session' = 'no';
  verb: ObservedVerb = 'CONNECT';
  #effects: SessionEffect[] = [];
  #unsent = '';
  #observations: Observation[] = [];
  #connectedAtMs = 0;
  #nowMs = 0;
  #commandAtMs = 0;

  connected(nowMs: number): void {
    this.#connectedAtMs = this.#nowMs = this.#commandAtMs = nowMs;
  }

  startStep(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** The octets that the next reply answers are complete. */
  startCommand(): void {
    this.#commandAtMs = this.#nowMs;
    if (this.late === 'reply') this.late = 'no';
  }

  get sessionAgeMs(): number {
    return this.#nowMs - this.#connectedAtMs;
  }

  get commandAgeMs(): number {
    return this.#nowMs - this.#commandAtMs;
  }

  say(reply: Reply): void {
    this.#unsent += reply.wire;
    for (const text of reply.wireLines) this.#record('server', text);
    const { verb, commandAgeMs: tookMs } = this;
    const observation = { kind: 'reply', verb, code: reply.code, tookMs } as const;
    const injected = reply.injected ? 'said' : this.late === 'no' ? null : 'late';
    this.#observations.push(injected === null ? observation : { ...observation, injected });
  }

  /** The first octets of a reply; half a reply is none, and counts as none. */
  sayPart(reply: Reply, bytes: number): void {
    const part = reply.wire.slice(0, bytes);
    this.#unsent += part;
    for (const text of part.split('\r\n')) {
      if (text !== '') this.#record('server', text);
    }
  }

  /** A line of the client, legible and without secrets. */
  heard(text: string): void {
    this.#record('client', text);
  }

  note(text: string): void {
    this.#record('note', text);
  }

  struck(point: GatePoint, { fault, effect, text }: FaultMark): void {
    this.#record('fault', `${fault} at ${point}: ${text}`);
    this.#observations.push({ kind: 'fault', point, fault, effect });
  }

  observe(observation: Observation): void {
    this.#observations.push(observation);
  }

  observeError(error: SessionError): void {
    this.observe({ kind: 'error', error });
  }

  observeEnd(outcome: SessionOutcome): void {
    this.observe({ kind: 'ended', outcome });
  }

  /** For effects that must come after everything said so far. */
  add(effect: SessionEffect): void {
    this.flush();
    this.#effects.push(effect);
  }

  flush(): void {
    if (this.#unsent !== '') this.#effects.push({ kind: 'send', text: this.#unsent });
    this.#unsent = '';
    if (this.#observations.length === 0) return;
    for (const observation of this.#observations) {
      this.#effects.push({ kind: 'observe', observation });
    }
    this.#observations = [];
  }

  takeEffects(): readonly SessionEffect[] {
    this.flush();
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #record(from: DialogueLine['from'], text: string): void {
    const line = { atMs: this.sessionAgeMs, from, text };
    if (openingVerbs.has(this.verb)) this.dialogue.addToPreamble(line);
    else this.dialogue.addToTransaction(line);
    this.#observations.push({ kind: 'line', line });
  }
}
