/**
 * HTML to plain text for snippets, the search index and where a message has no text: tags, styles
 * and scripts go, entities are decoded, blocks become lines. One pass; not a parser and not a
 * filter, its result is never shown as HTML.
 */
import { decodeEntities } from './html-entities.ts';

/** Elements whose content nobody reads. */
const unread: ReadonlySet<string> = new Set([
  'style',
  'script',
  'head',
  'title',
  'template',
  'noscript',
  'svg',
  'object',
]);

const blocks: ReadonlySet<string> = new Set(
  `address article aside blockquote body br center dd div dl dt fieldset figcaption figure footer
  form h1 h2 h3 h4 h5 h6 header hr html li main nav ol option p pre section table tbody tfoot thead
  tr ul`.split(/\s+/),
);
const cells: ReadonlySet<string> = new Set(['td', 'th']);

/** A start or end tag, a comment or a declaration; `name` is empty for the last two. */
export interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly start: number;
  readonly end: number;
}

/** The next tag at or after `from`, or `null`. An unclosed one reaches to the end. */
export function nextTag(html: string, from: number): Tag | null {
  for (let at = html.indexOf('<', from); at >= 0; at = html.indexOf('<', at + 1)) {
    const code = html.charCodeAt(at + 1);
    if (code === 0x21 || code === 0x3f) {
      return { name: '', closing: false, start: at, end: declarationEnd(html, at) };
    }
    const closing = code === 0x2f;
    const nameStart = at + (closing ? 2 : 1);
    if (!isLetter(html.charCodeAt(nameStart))) continue;
    let nameEnd = nameStart + 1;
    while (isNameCode(html.charCodeAt(nameEnd))) nameEnd++;
    const name = html.slice(nameStart, Math.min(nameEnd, nameStart + 32)).toLowerCase();
    return { name, closing, start: at, end: tagEnd(html, nameEnd) };
  }
  return null;
}

/** Where the content of an unread element ends: after its end tag. */
export function skipElement(html: string, tag: Tag): number {
  const endTag = new RegExp(`</${tag.name}(?=[\\s/>]|$)`, 'gi');
  endTag.lastIndex = tag.end;
  const match = endTag.exec(html);
  return match === null ? html.length : tagEnd(html, match.index + match[0].length);
}

export function htmlToText(html: string): string {
  const pieces: string[] = [];
  let at = 0;
  /** False once a search for the end of a head has failed; it would fail again. */
  let headsEnd = true;
  for (let tag = nextTag(html, 0); tag !== null; tag = nextTag(html, at)) {
    if (tag.start > at) pieces.push(oneSpaced(html.slice(at, tag.start)));
    at = tag.end;
    if (blocks.has(tag.name)) pieces.push('\n');
    else if (cells.has(tag.name)) pieces.push(' ');
    else if (!tag.closing && unread.has(tag.name)) {
      if (tag.name !== 'head') at = skipElement(html, tag);
      else if (headsEnd) {
        const end = headEnd(html, tag);
        headsEnd = end >= 0;
        if (headsEnd) at = end;
      }
    }
  }
  pieces.push(oneSpaced(html.slice(at)));
  return tidyLines(pieces.join(''));
}

/** A head that is never closed ends where the body begins; -1 when there is no end at all. */
function headEnd(html: string, tag: Tag): number {
  const end = /<\/head(?=[\s/>])|<body(?=[\s/>])/gi;
  end.lastIndex = tag.end;
  return end.exec(html)?.index ?? -1;
}

/** Every run of blanks as one space; single spaces, most of them by far, are let alone. */
function oneSpaced(html: string): string {
  return decodeEntities(html).replace(/\s{2,}|[^\S ]/g, ' ');
}

function tidyLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.includes('  ') ? line.replace(/ {2,}/g, ' ') : line).trim())
    .filter((line) => line !== '')
    .join('\n');
}

function declarationEnd(html: string, start: number): number {
  if (html.startsWith('<!--', start)) {
    // `<!-->` and `<!--->` are whole comments to a browser.
    const short = /^<!---?>/.exec(html.slice(start, start + 6));
    if (short !== null) return start + short[0].length;
    const end = html.indexOf('-->', start + 4);
    return end < 0 ? html.length : end + 3;
  }
  const end = html.indexOf('>', start);
  return end < 0 ? html.length : end + 1;
}

/** After the `>` that no quotes hide. Quotes count only where a value may start. */
function tagEnd(html: string, from: number): number {
  let quote = 0;
  let valueMayStart = false;
  for (let i = from; i < html.length; i++) {
    const code = html.charCodeAt(i);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 0x3e) return i + 1;
    else if ((code === 0x22 || code === 0x27) && valueMayStart) {
      quote = code;
      valueMayStart = false;
    } else if (code === 0x3d) valueMayStart = true;
    else if (code > 0x20) valueMayStart = false;
  }
  return html.length;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isNameCode(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x3a || code === 0x2d;
}
