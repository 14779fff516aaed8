/**
 * CSS as rules and declarations: one pass that is as tolerant as mail is careless (CSS Syntax 3,
 * read for what is used, not for what it means). Strings, comments and brackets are passed over
 * whole; a block that is not closed ends with the text.
 */
export interface CssReader {
  declaration(found: Declaration): void;
  /** Selectors of a rule, as written. */
  rule(selector: string): void;
  /** `media`, and what stands behind it. */
  atRule(name: string, prelude: string): void;
  /** A rule within a rule. */
  nesting(): void;
  comment(): void;
}

export interface Declaration {
  /** Small letters, without the prefix of a browser. */
  readonly property: string;
  /** Small letters. */
  readonly value: string;
  readonly isImportant: boolean;
  /** Of the innermost rule; `null` in a style attribute and directly in an at-rule. */
  readonly selector: string | null;
}

type Block = { readonly selector: string | null };

const depthMax = 50;

export function readStyleSheet(css: string, reader: CssReader): void {
  read(css, reader, []);
}

/** What stands in a style attribute: declarations alone. */
export function readDeclarations(css: string, reader: CssReader): void {
  read(css, reader, [{ selector: null }]);
}

function read(css: string, reader: CssReader, blocks: Block[]): void {
  const isSheet = blocks.length === 0;
  let text = '';
  for (let at = 0; at <= css.length; ) {
    const character = css.charAt(at);
    if (character === '/' && css.charAt(at + 1) === '*') {
      reader.comment();
      const end = css.indexOf('*/', at + 2);
      at = end === -1 ? css.length : end + 2;
      text += ' ';
    } else if (character === '"' || character === "'" || character === '(') {
      const end = character === '(' ? bracketEnd(css, at) : stringEnd(css, at);
      text += css.slice(at, end);
      at = end;
    } else if (character === '{' && blocks.length < depthMax) {
      blocks.push(open(text.trim(), blocks, reader));
      text = '';
      at += 1;
    } else if (character === ';' || character === '}' || character === '') {
      close(text.trim(), blocks, reader);
      text = '';
      at += 1;
      if (character === '}' && (isSheet || blocks.length > 1)) blocks.pop();
    } else {
      // Marks that hide style sheets from browsers of long ago are none of the style sheet.
      const mark = /^(?:<!--|-->)/.exec(css.slice(at, at + 4))?.[0];
      if (mark === undefined) text += character;
      at += mark?.length ?? 1;
    }
  }
}

function open(prelude: string, blocks: readonly Block[], reader: CssReader): Block {
  const outer = blocks.at(-1)?.selector ?? null;
  const at = /^@(-?[\w-]+)\s*([\s\S]*)$/.exec(prelude);
  if (at !== null) {
    reader.atRule(unprefixed((at[1] ?? '').toLowerCase()), (at[2] ?? '').toLowerCase());
    // Declarations in @media within a rule are those of the rule.
    return { selector: outer };
  }
  if (outer !== null) reader.nesting();
  reader.rule(prelude);
  return { selector: prelude };
}

function close(text: string, blocks: readonly Block[], reader: CssReader): void {
  const block = blocks.at(-1);
  const at = /^@(-?[\w-]+)\s*([\s\S]*)$/.exec(text);
  if (at !== null) {
    reader.atRule(unprefixed((at[1] ?? '').toLowerCase()), (at[2] ?? '').toLowerCase());
    return;
  }
  const colon = text.indexOf(':');
  if (block === undefined || colon < 1) return;
  const property = text.slice(0, colon).trim().toLowerCase();
  if (!/^[\w-]+$/.test(property)) return;
  const written = text
    .slice(colon + 1)
    .trim()
    .toLowerCase();
  const value = written.replace(/\s*!\s*important$/, '');
  reader.declaration({
    property: unprefixed(property),
    value,
    isImportant: value !== written,
    selector: block.selector,
  });
}

/** `-webkit-box-shadow` is box-shadow; `--brand` is a variable. */
function unprefixed(name: string): string {
  return name.replace(/^-(?:webkit|moz|ms|o)-/, '');
}

function stringEnd(css: string, start: number): number {
  const quote = css.charAt(start);
  for (let at = start + 1; at < css.length; at++) {
    const character = css.charAt(at);
    if (character === '\\') at += 1;
    else if (character === quote || character === '\n') return at + 1;
  }
  return css.length;
}

function bracketEnd(css: string, start: number): number {
  let depth = 0;
  for (let at = start; at < css.length; at++) {
    const character = css.charAt(at);
    if (character === '"' || character === "'") at = stringEnd(css, at) - 1;
    else if (character === '(') depth += 1;
    else if (character === ')' && --depth === 0) return at + 1;
    // Nothing in brackets goes on over the end of its block.
    else if (character === '}' || character === '{') return at;
  }
  return css.length;
}
