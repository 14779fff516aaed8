/** A state for each key, for as many keys as there may be; the one not used for longest goes first. */
export class Keyed<State> {
  readonly #states = new Map<string, State>();
  readonly #keysMax: number;
  readonly #create: () => State;

  constructor(keysMax: number, create: () => State) {
    this.#keysMax = keysMax;
    this.#create = create;
  }

  of(key: string): State {
    const state = this.#states.get(key) ?? this.#create();
    this.#states.delete(key);
    this.#states.set(key, state);
    if (this.#states.size > this.#keysMax) {
      for (const oldest of this.#states.keys()) {
        this.#states.delete(oldest);
        break;
      }
    }
    return state;
  }

  get size(): number {
    return this.#states.size;
  }
}
