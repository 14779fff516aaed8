/**
 * How long connections wait to be accepted.
 *
 * libuv accepts one connection per turn of the event loop and listening socket, so in a burst, or
 * behind anything that keeps the loop busy, time goes by in the kernel's accept queue before any
 * of our code runs. When a connection arrived is therefore worked out from two sources:
 *
 * 1. Samples (Linux). A thread notes how many connections had arrived by when: those accepted plus
 *    those waiting in the kernel's queue (`accept-samples.ts`). The queue is first in, first out, so
 *    the n-th connection that was accepted arrived when that count first reached n; between two
 *    samples arrivals are taken to be spread evenly.
 * 2. The loop itself. A loop that idled had nothing to accept. `eventLoopUtilization` tells that it
 *    did; what came afterwards came no earlier than the work since then began. And a turn of the
 *    loop that accepts nothing finds the queue empty, which two immediates after an accept tell.
 *
 * The first source binds from both sides, the second only from below. Without samples (other
 * systems, no /proc) the second is all there is, and a connection is taken to have arrived when the
 * queue was last known empty: an upper limit of its wait, exact for a burst at the start of the
 * busy time. What the kernel has not queued yet (a SYN that was dropped because the queue was full)
 * no method sees; the overflow counters tell of it.
 */
import type { AcceptSamples } from './accept-samples.ts';

export interface LoopTimes {
  /** Milliseconds that the loop has spent waiting for something to do, since ever. */
  idleMs(): number;
  /** Turns that the loop has taken, since ever; `null` where Node does not tell. */
  turns(): number | null;
  /** Monotonic milliseconds. */
  nowMs(): number;
}

/** A poll that returns at once takes some microseconds all the same; more is idling. */
const idleMsMin = 0.05;

export class AcceptLatency {
  readonly #loop: LoopTimes;
  #samples: AcceptSamples | null = null;
  /** What the samples' clock is ahead of ours. */
  #sampleClockAheadMs = 0;
  #lookedAtMs: number;
  #idleMs: number;
  /** No connection was waiting then. */
  #emptyAtMs: number;
  #turns: number;
  /** How long a turn took of those since the look before, when the loop idled between them. */
  #turnMs: number | null = null;
  #acceptedCount = 0;

  constructor(loop: LoopTimes) {
    this.#loop = loop;
    this.#lookedAtMs = this.#emptyAtMs = loop.nowMs();
    this.#idleMs = loop.idleMs();
    this.#turns = loop.turns() ?? 0;
  }

  attachSamples(samples: AcceptSamples): void {
    this.#samples = samples;
    this.#sampleClockAheadMs = Number(process.hrtime.bigint()) / 1e6 - this.#loop.nowMs();
  }

  /** Notes whether the loop has idled; to be called now and then, and at no cost to speak of. */
  look(nowMs: number): void {
    const idleMs = this.#loop.idleMs();
    const idledMs = idleMs - this.#idleMs;
    const turns = this.#loop.turns() ?? this.#turns;
    this.#turnMs = null;
    if (idledMs > idleMsMin) {
      // The work since the last look came before the idling or after it: at worst all after it.
      const busyMs = Math.max(0, nowMs - this.#lookedAtMs - idledMs);
      this.#emptyAtMs = Math.max(this.#emptyAtMs, nowMs - busyMs);
      this.#turnMs = busyMs / Math.max(1, turns - this.#turns);
    }
    this.#turns = turns;
    this.#idleMs = idleMs;
    this.#lookedAtMs = nowMs;
  }

  get lookedAtMs(): number {
    return this.#lookedAtMs;
  }

  /**
   * In the accept callback: when the connection joined the queue of the socket with that index
   * among the samples, or `null` when that is not sampled.
   */
  arrivedAtMs(socket: number | null): number {
    const nowMs = this.#loop.nowMs();
    this.look(nowMs);
    this.#watchForEmptyTurn();
    const sampled = socket === null ? null : this.#sampledAtMs(socket, nowMs);
    return sampled ?? this.#emptyAtMs;
  }

  /** A turn of the loop from check to check, in which nothing is accepted, had an empty queue. */
  #watchForEmptyTurn(): void {
    const count = ++this.#acceptedCount;
    setImmediate(() => {
      if (count !== this.#acceptedCount) return;
      const turnBeganAtMs = this.#loop.nowMs();
      setImmediate(() => {
        if (count === this.#acceptedCount) {
          this.#emptyAtMs = Math.max(this.#emptyAtMs, turnBeganAtMs);
        }
      });
    });
  }

  #sampledAtMs(socket: number, nowMs: number): number | null {
    const samples = this.#samples;
    if (samples === null) return null;
    const number = samples.countAccepted(socket);
    if (samples.state !== 'sampling') return null;
    const { fromMs, toMs, part } = samples.boundsOf(socket, number);
    const sampledFromMs = fromMs === null ? this.#emptyAtMs : fromMs - this.#sampleClockAheadMs;
    const earliestMs = Math.max(sampledFromMs, this.#emptyAtMs);
    if (toMs === null) {
      // Since the last sample. To a loop that idled it came at the start of this turn.
      const longestMs = Math.max(0, nowMs - earliestMs);
      return nowMs - Math.min(longestMs, this.#turnMs ?? longestMs / 2);
    }
    const latestMs = Math.min(nowMs, toMs - this.#sampleClockAheadMs);
    // A thread that lost the processor while polling looks idle; the kernel's count knows better.
    const from = earliestMs < latestMs ? earliestMs : Math.min(sampledFromMs, latestMs);
    return from + (latestMs - from) * part;
  }
}
