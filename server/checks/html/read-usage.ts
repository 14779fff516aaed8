/**
 * What a document uses: elements, attributes, declarations with the number of elements they
 * concern, selectors, at-rules. It is counted in one pass over the tokens; no tree is built, so a
 * selector counts the elements that its last part names, wherever they stand.
 */
import { decodeEntities } from '../../message/html-entities.ts';
import { type HtmlToken, tokenizeHtml } from '../../message/tokenize-html.ts';
import { type CssReader, readDeclarations, readStyleSheet } from './read-css.ts';

type Tag = Extract<HtmlToken, { kind: 'tag' }>;

export interface UsedElement {
  readonly name: string;
  /** Of an attribute without a value it is `''`; `null` where there is no such attribute. */
  attribute(name: string): string | null;
}

/** With the number of elements it may apply to. */
export interface UsedDeclaration {
  readonly property: string;
  readonly value: string;
  readonly isImportant: boolean;
  readonly count: number;
}

/** Name → number of elements. */
export type Tally = ReadonlyMap<string, number>;

export interface Usage {
  readonly elements: readonly UsedElement[];
  /** Of the body, or of all but the head where it is marked. */
  readonly elementCount: number;
  /** Each once, however often it is written. */
  readonly declarations: readonly UsedDeclaration[];
  readonly properties: Tally;
  /** `%` among them. */
  readonly units: Tally;
  /** Of values: `calc`, `linear-gradient`. */
  readonly functions: Tally;
  readonly selectors: readonly string[];
  readonly atRules: readonly { readonly name: string; readonly prelude: string }[];
  readonly nestingCount: number;
  readonly htmlCommentCount: number;
  readonly cssCommentCount: number;
  readonly hasHtml5Doctype: boolean;
}

/** Beyond these nothing more is counted. */
const elementsMax = 50_000;
const declarationsMax = 50_000;
const selectorsMax = 20_000;

export function readUsage(html: string): Usage {
  const elements: UsedElement[] = [];
  const styleSheets: string[] = [];
  const counts = new SelectorCounts();
  let htmlCommentCount = 0;
  let hasHtml5Doctype = false;
  for (const token of tokenizeHtml(html)) {
    if (token.kind === 'comment') htmlCommentCount += 1;
    else if (token.kind === 'doctype') {
      hasHtml5Doctype ||= /^<!doctype\s+html\s*>$/i.test(html.slice(token.start, token.end));
    } else if (token.kind === 'rawText' && token.element === 'style') {
      styleSheets.push(html.slice(token.start, token.end));
    } else if (token.kind === 'tag' && !token.closing && elements.length < elementsMax) {
      const element = elementOf(token);
      elements.push(element);
      counts.add(element);
    }
  }
  const isWhole = /<\/body>/i.test(html);
  const uncounted = new Set([
    'html',
    'head',
    'meta',
    ...(isWhole ? [] : ['body', 'style', 'title', 'link', 'base']),
  ]);
  return {
    elements,
    elementCount: elements.filter(({ name }) => !uncounted.has(name)).length,
    ...readStyles(elements, styleSheets, counts),
    htmlCommentCount,
    hasHtml5Doctype,
  };
}

function elementOf({ name, attributes }: Tag): UsedElement {
  return {
    name,
    attribute(wanted) {
      const found = attributes.find((attribute) => attribute.name === wanted);
      return found === undefined ? null : decodeEntities(found.value).trim();
    },
  };
}

function readStyles(
  elements: readonly UsedElement[],
  styleSheets: readonly string[],
  counts: SelectorCounts,
) {
  const declarations = new Map<string, UsedDeclaration>();
  const selectors: string[] = [];
  const atRules: { name: string; prelude: string }[] = [];
  const tally = { nestingCount: 0, cssCommentCount: 0 };
  const reader: CssReader = {
    declaration({ selector, ...declaration }) {
      // Directly in an at-rule it concerns no element, but is used.
      const count = selector === null ? 1 : counts.of(selector);
      if (count === 0) return;
      const key = `${declaration.property}:${declaration.value}${declaration.isImportant ? '!' : ''}`;
      const known = declarations.get(key);
      if (known === undefined && declarations.size >= declarationsMax) return;
      declarations.set(key, { ...declaration, count: count + (known?.count ?? 0) });
    },
    rule(selector) {
      if (selectors.length < selectorsMax) selectors.push(selector);
    },
    atRule(name, prelude) {
      if (atRules.length < selectorsMax) atRules.push({ name, prelude });
    },
    nesting() {
      tally.nestingCount += 1;
    },
    comment() {
      tally.cssCommentCount += 1;
    },
  };
  for (const css of styleSheets) readStyleSheet(css, reader);
  for (const element of elements) {
    const style = element.attribute('style');
    if (style !== null) readDeclarations(style, reader);
  }
  const used = [...declarations.values()];
  return { declarations: used, ...tallies(used), selectors, atRules, ...tally };
}

const unit = /(?<![\w#.-])[+-]?(?:\d+\.?\d*|\.\d+)([a-z]{1,10}|%)(?![\w-])/g;
const functionName = /(?<![\w-])([a-z-]{2,40})\(/g;

function tallies(declarations: readonly UsedDeclaration[]) {
  const properties = new Map<string, number>();
  const units = new Map<string, number>();
  const functions = new Map<string, number>();
  const add = (tally: Map<string, number>, name: string, count: number) =>
    tally.set(name, (tally.get(name) ?? 0) + count);
  for (const { property, value, count } of declarations) {
    add(properties, property, count);
    for (const [pattern, tally] of [
      [unit, units],
      [functionName, functions],
    ] as const) {
      const names = Array.from(value.matchAll(pattern), ([, name = '']) => name);
      for (const name of new Set(names)) add(tally, name, count);
    }
  }
  return { properties, units, functions };
}

const classesMax = 50;

/** How many elements have a name, a class or an id, alone or a name with one of the others. */
class SelectorCounts {
  readonly #counts = new Map<string, number>();

  add(element: UsedElement): void {
    const { name } = element;
    const id = element.attribute('id');
    const classes = new Set((element.attribute('class') ?? '').split(/\s+/).filter(Boolean));
    const marks = [...[...classes].slice(0, classesMax).map((one) => `.${one}`)];
    if (id !== null && id !== '') marks.push(`#${id}`);
    for (const key of ['*', name, ...marks, ...marks.map((mark) => name + mark)]) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  /** Of all selectors of the list together. */
  of(list: string): number {
    return splitList(list).reduce((sum, selector) => sum + this.#one(selector), 0);
  }

  #one(selector: string): number {
    const bare = withoutBrackets(selector)
      .replaceAll(/::?[\w-]+/g, '')
      .trim();
    const last = /[^\s>+~]*$/.exec(bare)?.[0] ?? '';
    const name = /^[a-z][\w-]*/i.exec(last)?.[0].toLowerCase() ?? '';
    const marks = last.match(/[.#][\w-]+/g) ?? [];
    // What is left of `:root`, `[dir]` or `&` may be any element.
    if (name === '' && marks.length === 0) return this.#counts.get('*') ?? 0;
    const keys = marks.length === 0 ? [name] : marks.map((mark) => name + mark);
    return Math.min(...keys.map((key) => this.#counts.get(key) ?? 0));
  }
}

/** At commas outside of brackets. */
export function splitList(list: string): readonly string[] {
  return withoutBrackets(list).split(',');
}

/** `:not(.a, .b)` and `[href="x, y"]` leave nothing behind; what is in them names no element. */
function withoutBrackets(selector: string): string {
  let text = selector.replaceAll(/\[[^\]]*\]/g, '');
  for (let last = ''; last !== text; ) {
    last = text;
    text = text.replaceAll(/\([^()]*\)/g, '');
  }
  return text;
}
