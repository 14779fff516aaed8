/** A search as typed, cut into its smallest pieces. Never throws; whatever is typed is some piece. */

export interface Term {
  readonly kind: 'term';
  readonly position: number;
  /** As typed, in lower case; `null` for plain words. */
  readonly key: string | null;
  readonly value: string;
  readonly isPhrase: boolean;
  /** The value ended in `*`. */
  readonly isPrefix: boolean;
  /** A quotation mark was opened and never closed. */
  readonly isOpen: boolean;
}

export type Token =
  | Term
  | { readonly kind: 'open' | 'close' | 'not' | 'or' | 'and'; readonly position: number };

const quotationMark = '"';

export function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const character = query.charAt(at);
    if (/\s/.test(character)) {
      at += 1;
    } else if (character === '(' || character === ')') {
      tokens.push({ kind: character === '(' ? 'open' : 'close', position: at });
      at += 1;
    } else if (character === '-' && /[^\s()-]|\(/.test(query.charAt(at + 1))) {
      tokens.push({ kind: 'not', position: at });
      at += 1;
    } else {
      const { token, end } = readTerm(query, at);
      tokens.push(token);
      at = end;
    }
  }
  return tokens;
}

function readTerm(query: string, start: number): { readonly token: Token; readonly end: number } {
  const keyMatch = /^([A-Za-z][A-Za-z-]*):/.exec(query.slice(start, start + 100));
  const key = keyMatch?.[1]?.toLowerCase() ?? null;
  const valueStart = start + (keyMatch?.[0].length ?? 0);
  const value =
    query.charAt(valueStart) === quotationMark
      ? readPhrase(query, valueStart)
      : readWord(query, valueStart);
  if (key === null && !value.isPhrase && (value.text === 'OR' || value.text === 'AND')) {
    const kind = value.text === 'OR' ? 'or' : 'and';
    return { token: { kind, position: start }, end: value.end };
  }
  const { text, isPhrase, isPrefix, isOpen, end } = value;
  return {
    token: { kind: 'term', position: start, key, value: text, isPhrase, isPrefix, isOpen },
    end,
  };
}

interface Value {
  readonly text: string;
  readonly isPhrase: boolean;
  readonly isPrefix: boolean;
  readonly isOpen: boolean;
  readonly end: number;
}

function readPhrase(query: string, start: number): Value {
  const close = query.indexOf(quotationMark, start + 1);
  const isOpen = close === -1;
  const textEnd = isOpen ? query.length : close;
  const isPrefix = !isOpen && query.charAt(close + 1) === '*';
  return {
    text: query.slice(start + 1, textEnd).trim(),
    isPhrase: true,
    isPrefix,
    isOpen,
    end: isOpen ? query.length : close + (isPrefix ? 2 : 1),
  };
}

function readWord(query: string, start: number): Value {
  const word = /^[^\s()"]*/.exec(query.slice(start))?.[0] ?? '';
  const isPrefix = word.length > 1 && word.endsWith('*');
  return {
    text: isPrefix ? word.slice(0, -1) : word,
    isPhrase: false,
    isPrefix,
    isOpen: false,
    end: start + word.length,
  };
}
