/** One moment that all charts point at. Outside React: it moves with the pointer. */
export interface CrosshairState {
  readonly x: number;
  /** The chart that is asked; the others only follow. */
  readonly chart: string;
  readonly via: 'pointer' | 'keys';
}

export class Crosshair {
  private now: CrosshairState | null = null;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  };

  readonly state = (): CrosshairState | null => this.now;

  move(state: CrosshairState): void {
    const { now } = this;
    if (now && now.x === state.x && now.chart === state.chart && now.via === state.via) return;
    this.become(state);
  }

  /** Only whoever moved it last may take it away. */
  leave(chart: string): void {
    if (this.now?.chart === chart) this.become(null);
  }

  private become(state: CrosshairState | null): void {
    this.now = state;
    for (const listener of this.listeners) listener();
  }
}
