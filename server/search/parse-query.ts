/**
 * The search language.
 *
 *     invoice "due today" inv*      words, words in a row, words that begin so; all must occur
 *     -draft                        not this
 *     red OR blue                   one of its two neighbours; binds closer than standing together
 *     (red blue) OR green           parentheses group
 *     from:alice to:bob@example.test subject:"your order" tag:red is:unread larger:1m after:2d
 *
 * In `from`, `to`, `cc`, `bcc` and `reply-to` a value with `@` is a whole address (`@example.test`
 * a whole domain) and anything else is words. What is not understood is an error that says what
 * and how, never a search for something else.
 */
import type { Filter } from '../../db/types.ts';
import { type Term, type Token, tokenize } from './query-tokens.ts';
import { readTermFilter } from './term-filter.ts';

export interface QueryError {
  /** Of the first character meant, from 0. */
  readonly position: number;
  readonly what: string;
  readonly how: string;
}

export type ParsedQuery =
  /** `null`: nothing was asked for, which is everything. */
  | { readonly kind: 'parsed'; readonly filter: Filter | null }
  | { readonly kind: 'refused'; readonly errors: readonly QueryError[] };

export const queryCharactersMax = 1_000;
const depthMax = 20;

export function parseQuery(query: string, nowMs: number): ParsedQuery {
  if (query.length > queryCharactersMax) {
    const what = `The search has ${query.length} characters; ${queryCharactersMax} are allowed.`;
    const error = { position: queryCharactersMax, what, how: 'Search for less at once.' };
    return { kind: 'refused', errors: [error] };
  }
  const parser = new Parser(tokenize(query), nowMs);
  const filter = parser.parse();
  return parser.errors.length > 0
    ? { kind: 'refused', errors: parser.errors }
    : { kind: 'parsed', filter };
}

class Parser {
  readonly errors: QueryError[] = [];
  readonly #tokens: readonly Token[];
  readonly #nowMs: number;
  #next = 0;

  constructor(tokens: readonly Token[], nowMs: number) {
    this.#tokens = tokens;
    this.#nowMs = nowMs;
  }

  parse(): Filter | null {
    const all: (Filter | null)[] = [];
    while (this.#next < this.#tokens.length) {
      all.push(this.#together(0));
      const stray = this.#take('close');
      if (stray !== null) {
        this.#refuse(stray.position, 'This ")" closes nothing.', 'Remove it, or add a "(" before.');
      }
    }
    return join('and', all);
  }

  /** Alternatives that stand together: all must hold. Ends at `)` or at the end. */
  #together(depth: number): Filter | null {
    const all: (Filter | null)[] = [];
    while (this.#peek() !== null && this.#peek()?.kind !== 'close') {
      const and = this.#take('and');
      if (and !== null) this.#needNeighbours(and, 'AND', all.length > 0);
      else all.push(this.#alternatives(depth));
    }
    return join('and', all);
  }

  #alternatives(depth: number): Filter | null {
    const first = this.#take('or');
    if (first !== null) {
      this.#needNeighbours(first, 'OR', false);
      return null;
    }
    const any = [this.#operand(depth)];
    for (let or = this.#take('or'); or !== null; or = this.#take('or')) {
      this.#needNeighbours(or, 'OR', true);
      if (this.#startsOperand()) any.push(this.#operand(depth));
    }
    return join('or', any);
  }

  #operand(depth: number): Filter | null {
    if (this.#take('not') !== null) {
      const inner = this.#operand(depth);
      return inner === null ? null : { kind: 'not', not: inner };
    }
    const open = this.#take('open');
    if (open !== null) return this.#group(open, depth);
    const term = this.#tokens[this.#next];
    this.#next += 1;
    return term?.kind === 'term' ? this.#term(term) : null;
  }

  #group(open: Token, depth: number): Filter | null {
    if (depth >= depthMax) {
      this.#refuse(
        open.position,
        `More than ${depthMax} groups lie in each other.`,
        'Use fewer "(".',
      );
      this.#next = this.#tokens.length;
      return null;
    }
    const start = this.#next;
    const inner = this.#together(depth + 1);
    const isEmpty = this.#next === start;
    if (this.#take('close') === null) {
      this.#refuse(open.position, 'This "(" is not closed.', 'Add a ")".');
    } else if (isEmpty) {
      this.#refuse(open.position, 'There is nothing between "(" and ")".', 'Remove both.');
    }
    return inner;
  }

  #term(term: Term): Filter | null {
    if (term.isOpen) {
      this.#refuse(term.position, 'This quotation mark is not closed.', "Add a '\"' at the end.");
      return null;
    }
    const read = readTermFilter(term, this.#nowMs);
    if (read.kind === 'filter') return read.filter;
    this.#refuse(term.position, read.what, read.how);
    return null;
  }

  #needNeighbours(operator: Token, name: string, hasLeft: boolean): void {
    if (hasLeft && this.#startsOperand()) return;
    this.#refuse(
      operator.position,
      `${name} needs something to search for on both sides.`,
      `Complete it, or write "${name}" in quotation marks to search for the word.`,
    );
  }

  #startsOperand(): boolean {
    const kind = this.#peek()?.kind;
    return kind === 'term' || kind === 'open' || kind === 'not';
  }

  #peek(): Token | null {
    return this.#tokens[this.#next] ?? null;
  }

  #take(kind: Token['kind']): Token | null {
    const token = this.#peek();
    if (token?.kind !== kind) return null;
    this.#next += 1;
    return token;
  }

  #refuse(position: number, what: string, how: string): void {
    this.errors.push({ position, what, how });
  }
}

function join(kind: 'and' | 'or', parts: readonly (Filter | null)[]): Filter | null {
  const filters = parts.filter((part) => part !== null);
  const [only] = filters;
  if (only === undefined || filters.length === 1) return only ?? null;
  return kind === 'and' ? { kind, all: filters } : { kind, any: filters };
}
