/** What one process counts and times while it runs its share. */
import {
  type Counters,
  type FailureKind,
  failureKinds,
  type LoadPlan,
  type Measure,
  measures,
} from './types.ts';

const failureTextsMax = 5;

export class Recorder {
  readonly counters: Counters = {
    connectionsTried: 0,
    connectionsMade: 0,
    greeted: 0,
    refused: 0,
    handshakes: 0,
    handshakesResumed: 0,
    acknowledged: 0,
    acknowledgedBytes: 0,
  };
  readonly failures = Object.fromEntries(failureKinds.map((kind) => [kind, 0])) as Record<
    FailureKind,
    number
  >;
  readonly failureTexts: string[] = [];
  readonly replies: Record<string, number> = {};
  readonly tlsProtocols: Record<string, number> = {};
  readonly acknowledged: Uint8Array;
  readonly #samples = Object.fromEntries(
    measures.map((measure) => [measure, new GrowingArray()]),
  ) as Record<Measure, GrowingArray>;

  /** Off while getting ready: what happens then is counted, but not how long it takes. */
  isTiming = true;

  constructor(messageCount: number) {
    this.acknowledged = new Uint8Array(messageCount);
  }

  time(measure: Measure, ms: number): void {
    if (this.isTiming) this.#samples[measure].push(ms);
  }

  reply(verb: string, code: number): void {
    const name = `${verb} ${code}`;
    this.replies[name] = (this.replies[name] ?? 0) + 1;
  }

  fail(kind: FailureKind, text: string): void {
    this.failures[kind]++;
    if (this.failureTexts.length < failureTextsMax) this.failureTexts.push(`${kind}: ${text}`);
  }

  samples(): Record<Measure, Float64Array> {
    return Object.fromEntries(
      measures.map((measure) => [measure, this.#samples[measure].taken()]),
    ) as Record<Measure, Float64Array>;
  }
}

/** Numbers without an object for each. */
class GrowingArray {
  #values = new Float64Array(1024);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  taken(): Float64Array {
    return this.#values.slice(0, this.#count);
  }
}

export function messageCountOf({ shape }: LoadPlan): number {
  if (shape.kind === 'closed') return shape.messages;
  return shape.kind === 'rate' ? Math.round(shape.messagesPerSecond * shape.seconds) : 0;
}
