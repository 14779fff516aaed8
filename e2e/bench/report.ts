/** What a run leaves: figures of every round, so that later the scatter can still be seen. */
import type { Machine } from '../load/host.ts';

export interface Figure {
  /** Row of the table: a size, a number stored, a search. Empty where there is only one. */
  readonly row: string;
  /** A contender, where several are measured. */
  readonly contender: string | null;
  /** Column of the table, with its unit: `messages/s`, `greeting p99, ms`. */
  readonly measure: string;
  readonly better: 'more' | 'less' | 'neither';
  readonly rounds: readonly number[];
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly text: string;
}

export interface Answer {
  readonly name: string;
  readonly title: string;
  readonly startedAt: string;
  readonly tookMs: number;
  readonly commit: string | null;
  /** Of one core, taken meanwhile by what has nothing to do with the bench; spoils figures. */
  readonly othersCpuPercent: number | null;
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

export interface Report {
  readonly format: 1;
  readonly machine: Machine;
  /** By name; a question asked again replaces its answer. */
  readonly answers: Readonly<Record<string, Answer>>;
}

export function medianOf(rounds: readonly number[]): number {
  const sorted = [...rounds].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.floor(middle)],
    sorted[Math.ceil(middle)],
  ];
  return (low + high) / 2;
}

/** What a question writes down while it is answered. */
export class Notebook {
  readonly #figures = new Map<
    string,
    { readonly head: Omit<Figure, 'rounds'>; rounds: number[] }
  >();
  readonly checks: Check[] = [];
  readonly notes: string[] = [];
  /** Of processes that the bench itself started, in ms. */
  ownCpuMs = 0;

  /** One more round of a figure. `null`: could not be measured here. */
  add(
    head: Partial<Omit<Figure, 'rounds'>> & Pick<Figure, 'measure' | 'better'>,
    value: number | null,
  ): void {
    if (value === null) return;
    const whole = { row: '', contender: null, ...head };
    const key = JSON.stringify([whole.row, whole.contender, whole.measure]);
    const known = this.#figures.get(key) ?? { head: whole, rounds: [] };
    known.rounds.push(value);
    this.#figures.set(key, known);
  }

  check(name: string, passed: boolean, text: string): void {
    this.checks.push({ name, passed, text });
  }

  get figures(): readonly Figure[] {
    return [...this.#figures.values()].map(({ head, rounds }) => ({ ...head, rounds }));
  }
}
