/**
 * Tells of hits at a pace that somebody can follow: the first at once, what comes after it together,
 * ten times a second. Of a flood the newest are told, and the count says how many there were.
 */
import { clearTimeout, setTimeout } from '../timers.ts';
import type { FaultHandle, FaultHit } from './types.ts';

const paceMs = 100;
/** Of one rule at a time. */
const hitsMax = 20;

export class FaultAnnouncer {
  readonly #announce: (fault: FaultHandle, hits: readonly FaultHit[]) => void;
  readonly #untold = new Map<FaultHandle, FaultHit[]>();
  #timer: NodeJS.Timeout | null = null;

  constructor(announce: (fault: FaultHandle, hits: readonly FaultHit[]) => void) {
    this.#announce = announce;
  }

  hit(hit: FaultHit, fault: FaultHandle): void {
    const hits = this.#untold.get(fault) ?? [];
    hits.push(hit);
    if (hits.length > hitsMax) hits.shift();
    this.#untold.set(fault, hits);
    if (this.#timer === null) this.#tell();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#untold.clear();
  }

  #tell(): void {
    if (this.#untold.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, paceMs).unref();
    for (const [fault, hits] of this.#untold) this.#announce(fault, hits);
    this.#untold.clear();
  }
}
