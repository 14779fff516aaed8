/** What several rules want at one point, made into one verdict. */

import { unreachable } from '../assert.ts';
import { newMessageId } from '../message-id.ts';
import type {
  AfterStore,
  CapabilityChange,
  FaultMark,
  InjectedReply,
  Verdict,
  VerdictOutcome,
} from '../smtp/protocol/gate.ts';
import { epochMs } from '../timers.ts';
import type { Firing } from './rule.ts';
import type { FaultPoint, ReplyText, SingleEffect } from './types.ts';
import { usualReply } from './usual-replies.ts';

/** Even what is to happen at once at `idle` lets the reply before it arrive first. */
const idleMsMin = 10;

export class Ruling {
  readonly #point: FaultPoint;
  readonly #marks: FaultMark[] = [];
  #delayMs = 0;
  #bytesPerSecond: number | null = null;
  #capabilities: CapabilityChange | null = null;
  #outcome: VerdictOutcome = { kind: 'proceed' };
  decided = false;

  constructor(point: FaultPoint) {
    this.#point = point;
  }

  take(fault: string, { effect, delayMs }: Firing, text: string): void {
    this.#delayMs += delayMs;
    switch (effect.kind) {
      case 'ok':
        this.decided = true;
        return;
      case 'delay':
        break;
      case 'throttle':
        this.#bytesPerSecond = Math.min(
          this.#bytesPerSecond ?? effect.bytesPerSecond,
          effect.bytesPerSecond,
        );
        break;
      case 'capabilities':
        this.#capabilities = joined(this.#capabilities, effect);
        break;
      default:
        this.#outcome = outcomeOf(this.#point, effect, fault);
        this.decided = true;
    }
    this.#marks.push({ fault, effect: effect.kind, text });
  }

  verdict(): Verdict | null {
    if (this.#marks.length === 0) return null;
    const strikes = this.#point === 'idle' && this.#outcome.kind !== 'proceed';
    return {
      marks: this.#marks,
      delayMs: strikes ? Math.max(this.#delayMs, idleMsMin) : this.#delayMs,
      bytesPerSecond: this.#bytesPerSecond,
      capabilities: this.#capabilities,
      outcome: this.#outcome,
    };
  }
}

function joined(
  before: CapabilityChange | null,
  { drop = [], add = [], sizeBytes }: Extract<SingleEffect, { kind: 'capabilities' }>,
): CapabilityChange {
  return {
    drop: [...(before?.drop ?? []), ...drop],
    add: [...(before?.add ?? []), ...add],
    messageBytesMax: sizeBytes ?? before?.messageBytesMax ?? null,
  };
}

function outcomeOf(
  point: FaultPoint,
  effect: Exclude<SingleEffect, { kind: 'ok' | 'delay' | 'throttle' | 'capabilities' }>,
  fault: string,
): VerdictOutcome {
  switch (effect.kind) {
    case 'reply':
      return injectedReply(point, effect, fault);
    case 'stall':
    case 'reset':
    case 'close':
      // At `body` the rule counts octets of the message, and has waited for them.
      return {
        kind: effect.kind,
        replyBytes: point === 'body' ? null : (effect.afterBytes ?? null),
      };
    case 'lose':
      return { kind: 'lose', id: newMessageId(epochMs()) };
    case 'store-then-fail':
      return { kind: 'storeThen', outcome: afterStore(effect.by ?? 'reset', fault) };
    default:
      return unreachable(effect);
  }
}

function afterStore(by: 'reset' | 'close' | 'stall' | ReplyText, fault: string): AfterStore {
  return typeof by === 'string'
    ? { kind: by, replyBytes: null }
    : injectedReply('final', by, fault);
}

function injectedReply(point: FaultPoint, given: ReplyText, fault: string): InjectedReply {
  const { code, enhanced, text } = given;
  const usual = usualReply(point, code);
  return {
    kind: 'reply',
    code,
    enhanced: enhanced === undefined ? usual.enhanced : enhanced,
    texts: text === undefined ? [`${usual.text} (fault ${fault})`] : [text].flat(),
  };
}
