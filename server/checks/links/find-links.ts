/** The web addresses in a message: of its links, style sheets and pictures, then those in its text. */
import { decodeEntities } from '../../message/html-entities.ts';
import { tokenizeHtml } from '../../message/tokenize-html.ts';

export interface Bodies {
  readonly text: string | null;
  readonly html: string | null;
}

const urlCharactersMax = 4_000;
const charactersMax = 1024 * 1024;

/** In this order, each once, at most so many. */
export function findLinks({ html, text }: Bodies, linksMax: number): readonly string[] {
  const found = new Set<string>();
  const add = (url: string) => {
    if (found.size < linksMax && url.length <= urlCharactersMax) found.add(url);
  };
  const { links, styleSheets, pictures } = linksOfHtml(html?.slice(0, charactersMax) ?? '');
  for (const url of [...links, ...styleSheets, ...pictures]) add(url);
  for (const [url] of (text?.slice(0, charactersMax) ?? '').matchAll(inText)) add(trimEnd(url));
  return [...found];
}

function linksOfHtml(html: string) {
  const found = { links: [], styleSheets: [], pictures: [] } as Record<
    'links' | 'styleSheets' | 'pictures',
    string[]
  >;
  for (const token of tokenizeHtml(html)) {
    if (token.kind !== 'tag' || token.closing) continue;
    const { attributes } = token;
    const attributeOf = (name: string) =>
      decodeEntities(attributes.find((attribute) => attribute.name === name)?.value ?? '').trim();
    const add = (to: string[], url: string) => {
      if (/^https?:\/\//i.test(url)) to.push(url);
    };
    if (token.name === 'a' || token.name === 'area') add(found.links, attributeOf('href'));
    if (token.name === 'img') add(found.pictures, attributeOf('src'));
    if (token.name === 'link' && /\bstylesheet\b/i.test(attributeOf('rel'))) {
      add(found.styleSheets, attributeOf('href'));
    }
  }
  return found;
}

/** Up to what no URL has in it; RFC 3986 appendix C wants brackets round it, few senders do. */
const inText = /https?:\/\/[^\s<>"'`{}|\\^\p{Cc}]+/giu;

/** What ends the sentence is not part of it, and a closing bracket only where one was opened. */
function trimEnd(url: string): string {
  let end = url.replace(/[.,:;!?*_~]+$/, '');
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
  ] as const) {
    const isUnpaired = end.endsWith(close) && end.split(close).length > end.split(open).length;
    if (isUnpaired) end = end.slice(0, -1);
  }
  return end === url ? end : trimEnd(end);
}
