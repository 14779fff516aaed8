/**
 * Memory that the accepting thread and the sampler thread share. The accepting thread counts
 * accepted connections for each listening socket; the sampler writes down, for each look at a
 * socket, when it looked and how many connections had arrived by then: accepted plus waiting.
 *
 * Entries that only repeat a count are overwritten, so that a still queue takes two of them. One
 * writer and one reader for each cell; the head of a ring is published after its entry.
 */

/** Entries kept for each socket: eight seconds of a queue that changes every millisecond. */
const ringEntries = 8_192;

const [wakeCell, stopCell, stateCell, restlessCell] = [0, 1, 2, 3];
const cellsBefore = 4;
const [acceptedCell, depthCell, depthMaxCell, recentMaxCell, headCell] = [0, 1, 2, 3, 4];
const cellsOfSocket = 5;

export type SamplerState = 'starting' | 'sampling' | 'unavailable';
const states: readonly SamplerState[] = ['starting', 'sampling', 'unavailable'];

/** When a connection can have arrived: after `fromMs`, and by `toMs` when that is known. */
export interface ArrivalBounds {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** The connection's place among those that arrived between, from 0 to 1. */
  readonly part: number;
}

export class AcceptSamples {
  readonly memory: SharedArrayBuffer;
  readonly socketCount: number;
  readonly #cells: Int32Array;
  readonly #host: Float64Array;
  readonly #times: Float64Array;
  readonly #arrived: Int32Array;

  constructor(socketCount: number, memory?: SharedArrayBuffer) {
    const cells = cellsBefore + socketCount * cellsOfSocket;
    const cellBytes = Math.ceil((cells * 4) / 8) * 8;
    const timesAt = cellBytes + 16;
    const arrivedAt = timesAt + socketCount * ringEntries * 8;
    const bytes = arrivedAt + socketCount * ringEntries * 4;
    this.memory = memory ?? new SharedArrayBuffer(bytes);
    this.socketCount = socketCount;
    this.#cells = new Int32Array(this.memory, 0, cells);
    this.#host = new Float64Array(this.memory, cellBytes, 2);
    this.#times = new Float64Array(this.memory, timesAt, socketCount * ringEntries);
    this.#arrived = new Int32Array(this.memory, arrivedAt, socketCount * ringEntries);
  }

  // ── The accepting thread ──────────────────────────────────────────────────────────────────────

  /** Returns the connection's number, from 1, at this socket. */
  countAccepted(socket: number): number {
    const number = Atomics.add(this.#cells, cellOf(socket, acceptedCell), 1) + 1;
    // A sampler that sleeps long has to hear that something goes on.
    if (Atomics.load(this.#cells, restlessCell) === 0) this.#wake();
    return number;
  }

  /** What the samples say about the arrival of one connection: the last time its number was passed. */
  boundsOf(socket: number, number: number): ArrivalBounds {
    const head = Atomics.load(this.#cells, cellOf(socket, headCell));
    const oldest = Math.max(0, head - ringEntries + 2);
    let to: number | null = null;
    let entry = head - 1;
    for (; entry >= oldest; entry--) {
      // Counts wrap around, their differences do not.
      if (((number - this.#arrivedAt(socket, entry)) | 0) > 0) break;
      to = entry;
    }
    const fromMs = entry >= oldest ? this.#timeAt(socket, entry) : null;
    if (to === null) return { fromMs, toMs: null, part: 0.5 };
    const toMs = this.#timeAt(socket, to);
    if (fromMs === null) return { fromMs, toMs, part: 1 };
    const before = this.#arrivedAt(socket, entry);
    const between = (this.#arrivedAt(socket, to) - before) | 0;
    return { fromMs, toMs, part: (((number - before) | 0) - 0.5) / between };
  }

  get state(): SamplerState {
    return states[Atomics.load(this.#cells, stateCell)] ?? 'unavailable';
  }

  depth(socket: number): number {
    return Atomics.load(this.#cells, cellOf(socket, depthCell));
  }

  depthMax(socket: number): number {
    return Atomics.load(this.#cells, cellOf(socket, depthMaxCell));
  }

  /** The greatest depth since this was asked the last time. */
  takeRecentDepthMax(socket: number): number {
    return Atomics.exchange(this.#cells, cellOf(socket, recentMaxCell), 0);
  }

  get host(): { readonly overflows: number; readonly drops: number } {
    return { overflows: this.#host[0] ?? 0, drops: this.#host[1] ?? 0 };
  }

  stop(): void {
    Atomics.store(this.#cells, stopCell, 1);
    this.#wake();
  }

  // ── The sampler thread ────────────────────────────────────────────────────────────────────────

  set state(state: SamplerState) {
    Atomics.store(this.#cells, stateCell, states.indexOf(state));
  }

  set host(counters: { readonly overflows: number; readonly drops: number }) {
    this.#host[0] = counters.overflows;
    this.#host[1] = counters.drops;
  }

  get stopped(): boolean {
    return Atomics.load(this.#cells, stopCell) === 1;
  }

  accepted(socket: number): number {
    return Atomics.load(this.#cells, cellOf(socket, acceptedCell));
  }

  /** `acceptedBefore` was read before the depth, so that nobody is counted who had not arrived. */
  write(socket: number, sample: { atMs: number; acceptedBefore: number; depth: number }): void {
    const { atMs, depth } = sample;
    Atomics.store(this.#cells, cellOf(socket, depthCell), depth);
    for (const cell of [depthMaxCell, recentMaxCell]) {
      const at = cellOf(socket, cell);
      if (depth > Atomics.load(this.#cells, at)) Atomics.store(this.#cells, at, depth);
    }
    const arrived = sample.acceptedBefore + depth;
    const head = Atomics.load(this.#cells, cellOf(socket, headCell));
    const repeats =
      head >= 2 &&
      this.#arrivedAt(socket, head - 1) === arrived &&
      this.#arrivedAt(socket, head - 2) === arrived;
    const entry = repeats ? head - 1 : head;
    const index = socket * ringEntries + (entry % ringEntries);
    this.#times[index] = atMs;
    this.#arrived[index] = arrived;
    if (!repeats) Atomics.store(this.#cells, cellOf(socket, headCell), head + 1);
  }

  /** Sleeps, but not through a wake-up that came since `mark` was taken. */
  sleep(ms: number, options: { readonly mark: number; readonly restless: boolean }): void {
    Atomics.store(this.#cells, restlessCell, options.restless ? 1 : 0);
    Atomics.wait(this.#cells, wakeCell, options.mark, ms);
  }

  get mark(): number {
    return Atomics.load(this.#cells, wakeCell);
  }

  #wake(): void {
    Atomics.add(this.#cells, wakeCell, 1);
    Atomics.notify(this.#cells, wakeCell);
  }

  #timeAt(socket: number, entry: number): number {
    return this.#times[socket * ringEntries + (entry % ringEntries)] ?? 0;
  }

  #arrivedAt(socket: number, entry: number): number {
    return this.#arrived[socket * ringEntries + (entry % ringEntries)] ?? 0;
  }
}

function cellOf(socket: number, cell: number): number {
  return cellsBefore + socket * cellsOfSocket + cell;
}
