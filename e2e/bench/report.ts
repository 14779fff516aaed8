/** What a run leaves: figures of every round, so that later the scatter can still be seen. */
import type { Machine } from '../load/host.ts';
import type { Question } from './question.ts';

export type Better = 'more' | 'less' | 'neither';

export interface Place {
  /** Of the table: a size, a number stored, a search. Empty where there is only one. */
  readonly row: string;
  /** Where several are measured. */
  readonly contender: string | null;
  /** The quantity that rows differ by, where growth is asked for: then there is a chart. */
  readonly x: number | null;
}

export interface Figure extends Place {
  /** Column of the table, with its unit: `messages/s`, `greeting p99, ms`. */
  readonly measure: string;
  readonly better: Better;
  readonly rounds: readonly number[];
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly text: string;
}

export interface Answer {
  readonly name: string;
  readonly group: Question['group'];
  readonly title: string;
  readonly startedAt: string;
  readonly tookMs: number;
  readonly rounds: number;
  /** Part of the whole load, 0 to 1. */
  readonly scale: number;
  readonly commit: string | null;
  /** Of all processors, taken by others just before it was asked; where it is much, only ratios hold. */
  readonly othersPercent: number | null;
  readonly figures: readonly Figure[];
  /** Measures whose growth over the rows is drawn. */
  readonly charts: readonly string[];
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

export interface Report {
  readonly format: 1;
  readonly machine: Machine;
  /** By name; a question asked again replaces its answer. */
  readonly answers: Readonly<Record<string, Answer>>;
}

/** What a question writes down while it is answered. */
export class Notebook {
  readonly #figures = new Map<
    string,
    { readonly head: Omit<Figure, 'rounds'>; rounds: number[] }
  >();
  readonly charts: string[] = [];
  readonly checks: Check[] = [];
  readonly notes: string[] = [];

  /** Adds to figures of one row, each time one more round. `null`: it could not be measured. */
  at(place: Partial<Place>) {
    const whole = { row: '', contender: null, x: null, ...place };
    const add = (better: Better) => (measure: string, value: number | null | undefined) => {
      if (value === null || value === undefined || !Number.isFinite(value)) return;
      const key = JSON.stringify([whole.row, whole.contender, measure]);
      const known = this.#figures.get(key) ?? { head: { ...whole, measure, better }, rounds: [] };
      known.rounds.push(value);
      this.#figures.set(key, known);
    };
    return { more: add('more'), less: add('less'), neither: add('neither') };
  }

  check(name: string, passed: boolean, text: string): void {
    this.checks.push({ name, passed, text: text.trim() });
  }

  /** What is told in every round is noted once. */
  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  get figures(): readonly Figure[] {
    return [...this.#figures.values()].map(({ head, rounds }) => ({ ...head, rounds }));
  }
}

export function medianOf(rounds: readonly number[]): number {
  const sorted = [...rounds].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (low + high) / 2;
}

/** Round by round, because the rounds are what was measured together. */
export function ratiosOf(of: Figure, to: Figure): readonly number[] {
  return of.rounds.flatMap((value, round) => {
    const other = to.rounds[round];
    return other === undefined || other === 0 ? [] : [value / other];
  });
}
