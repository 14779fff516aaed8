/**
 * Where tags, comments and raw text begin and end in HTML as it comes: tolerant like a browser
 * (WHATWG HTML §13.2.5), in one pass over the text, building nothing. It only has to be right for
 * well-meant mail; what protects from other mail is the policy under which it is shown, and the
 * rewriter, which treats all that is not a recognised tag as suspect.
 */

/** Offsets are characters from the start of the document; `end` is exclusive. */
export type HtmlToken =
  | { readonly kind: 'text' | 'comment' | 'doctype'; readonly start: number; readonly end: number }
  | {
      readonly kind: 'rawText';
      readonly element: string;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'tag';
      readonly name: string;
      readonly closing: boolean;
      readonly start: number;
      /** Behind the name. */
      readonly nameEnd: number;
      readonly end: number;
      readonly attributes: readonly HtmlAttribute[];
    };

export interface HtmlAttribute {
  readonly name: string;
  /** Still with character references. */
  readonly value: string;
  /** Value with its quotes; both equal where there is no value. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Elements whose content is not markup. Scripting is off, so `noscript` is not one of them. */
const rawTextElements = new Set([
  'style',
  'script',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
]);

export function* tokenizeHtml(html: string): Generator<HtmlToken> {
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open === -1) break;
    const token = tokenAt(html, open);
    if (token === null) {
      yield { kind: 'text', start: at, end: open + 1 };
      at = open + 1;
      continue;
    }
    if (open > at) yield { kind: 'text', start: at, end: open };
    yield token;
    at = token.end;
    if (token.kind === 'tag' && !token.closing && rawTextElements.has(token.name)) {
      const end = rawTextEnd(html, at, token.name);
      if (end > at) yield { kind: 'rawText', element: token.name, start: at, end };
      at = end;
    }
  }
  if (at < html.length) yield { kind: 'text', start: at, end: html.length };
}

function tokenAt(html: string, open: number): HtmlToken | null {
  const next = html.charCodeAt(open + 1);
  if (next === slash) {
    return isLetter(html.charCodeAt(open + 2)) ? tagAt(html, open, true) : bogusComment(html, open);
  }
  if (next === exclamation || next === question) {
    if (html.startsWith('<!--', open)) return commentAt(html, open);
    const bogus = bogusComment(html, open);
    return /^<!doctype/i.test(html.slice(open, open + 9)) ? { ...bogus, kind: 'doctype' } : bogus;
  }
  return isLetter(next) ? tagAt(html, open, false) : null;
}

function commentAt(html: string, start: number): HtmlToken {
  for (const empty of ['<!-->', '<!--->']) {
    if (html.startsWith(empty, start)) return { kind: 'comment', start, end: start + empty.length };
  }
  const ending = /--!?>/g;
  ending.lastIndex = start + 4;
  const end = ending.exec(html) === null ? html.length : ending.lastIndex;
  return { kind: 'comment', start, end };
}

function bogusComment(html: string, start: number) {
  const close = html.indexOf('>', start);
  return { kind: 'comment' as const, start, end: close === -1 ? html.length : close + 1 };
}

/** `null` where the document ends within the tag: a browser drops it. */
function tagAt(html: string, start: number, closing: boolean): HtmlToken | null {
  const nameStart = start + (closing ? 2 : 1);
  let at = nameStart;
  while (at < html.length && !endsName(html.charCodeAt(at))) at++;
  const nameEnd = at;
  const attributes: HtmlAttribute[] = [];
  for (;;) {
    while (isSpace(html.charCodeAt(at)) || html.charCodeAt(at) === slash) at++;
    if (at >= html.length) return unfinished(start, html.length);
    if (html.charCodeAt(at) === greater) break;
    const attribute = attributeAt(html, at);
    if (attribute === null) return unfinished(start, html.length);
    attributes.push(attribute);
    at = attribute.valueEnd;
  }
  const name = html.slice(nameStart, nameEnd).toLowerCase();
  return { kind: 'tag', name, closing, start, nameEnd, end: at + 1, attributes };
}

/** The rest of the document is the inside of a tag that never ends. */
function unfinished(start: number, end: number): HtmlToken {
  return { kind: 'comment', start, end };
}

function attributeAt(html: string, start: number): HtmlAttribute | null {
  // A `=` at the start of a name belongs to the name.
  let at = start + 1;
  while (at < html.length && !endsName(html.charCodeAt(at)) && html.charCodeAt(at) !== equals) at++;
  const name = html.slice(start, at).toLowerCase();
  const nameEnd = at;
  while (isSpace(html.charCodeAt(at))) at++;
  if (html.charCodeAt(at) !== equals) {
    return { name, value: '', valueStart: nameEnd, valueEnd: nameEnd };
  }
  at++;
  while (isSpace(html.charCodeAt(at))) at++;
  const valueStart = at;
  const first = html.charAt(at);
  if (first === '"' || first === "'") {
    const close = html.indexOf(first, at + 1);
    if (close === -1) return null;
    return { name, value: html.slice(at + 1, close), valueStart, valueEnd: close + 1 };
  }
  while (at < html.length && !isSpace(html.charCodeAt(at)) && html.charCodeAt(at) !== greater) at++;
  return { name, value: html.slice(valueStart, at), valueStart, valueEnd: at };
}

function rawTextEnd(html: string, start: number, element: string): number {
  if (element === 'plaintext') return html.length;
  const ending = new RegExp(`</${element}(?=[\\t\\n\\f\\r />])`, 'gi');
  ending.lastIndex = start;
  return ending.exec(html)?.index ?? html.length;
}

const slash = 0x2f;
const exclamation = 0x21;
const question = 0x3f;
const greater = 0x3e;
const equals = 0x3d;

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0c || code === 0x0d;
}

function endsName(code: number): boolean {
  return isSpace(code) || code === slash || code === greater;
}
