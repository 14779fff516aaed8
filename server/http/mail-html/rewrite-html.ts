/**
 * The HTML of a message as it is shown: the sender's own text but for
 * - `cid:` references, which get the URL of their part;
 * - links, which open in a new tab that cannot reach back (`#…` stays in the document); relative
 *   ones, which would resolve against our own origin, open an empty one;
 * - elements that act outside of what a content security policy can forbid: `link`, `meta` and
 *   `base` (name look-ups, referrers, reloads, the target of every link), and frames, for which
 *   browsers connect before they ask the policy. Only those known to be harmless stay; the others
 *   become elements that do nothing. This holds for every place where such a tag could begin,
 *   comments included, so that it does not depend on reading the markup as the browser does.
 * What may load at all is decided by the policy of the response (`routes/parts.ts`).
 */

import { type HtmlAttribute, type HtmlToken, tokenizeHtml } from '../../message/tokenize-html.ts';
import { rewriteCss } from './rewrite-css.ts';

export interface MailHtmlOptions {
  /** `null` leaves the reference as it is. */
  cidUrl(contentId: string): string | null;
  /** Style sheets from elsewhere may be linked. */
  readonly remoteAllowed: boolean;
}

type Tag = Extract<HtmlToken, { kind: 'tag' }>;

const ourBase = '<base target="_blank">';

export function rewriteMailHtml(html: string, options: MailHtmlOptions): string {
  return [...rewriteInPieces(html, options)].join('');
}

/** Characters of a piece; rewriting one takes a few milliseconds. */
const pieceCharacters = 64 * 1024;

/** Never half a character at the end of a piece, for pieces end with tokens. */
export function* rewriteInPieces(html: string, options: MailHtmlOptions): Generator<string> {
  let out: string[] = [];
  let pieceStart = 0;
  let baseWritten = false;
  for (const token of tokenizeHtml(html)) {
    if (token.start - pieceStart > pieceCharacters && baseWritten) {
      yield out.join('');
      out = [];
      pieceStart = token.start;
    }
    const rewritten = rewriteToken(html, token, options);
    if (baseWritten || mayPrecedeDoctype(html, token)) {
      out.push(rewritten);
      continue;
    }
    // First of all, but behind the doctype: before it, it would put the browser in quirks mode.
    if (token.kind === 'doctype') out.push(rewritten, ourBase);
    else out.push(ourBase, rewritten);
    baseWritten = true;
  }
  yield baseWritten ? out.join('') : ourBase + out.join('');
}

function mayPrecedeDoctype(html: string, token: HtmlToken): boolean {
  if (token.kind === 'comment') return true;
  return token.kind === 'text' && html.slice(token.start, token.end).trim() === '';
}

function rewriteToken(html: string, token: HtmlToken, options: MailHtmlOptions): string {
  switch (token.kind) {
    case 'rawText': {
      const text = html.slice(token.start, token.end);
      return defuse(token.element === 'style' ? rewriteCss(text, options.cidUrl) : text);
    }
    case 'tag':
      return token.closing
        ? defuse(html.slice(token.start, token.end))
        : rewriteTag(html, token, options);
    default:
      return defuse(html.slice(token.start, token.end));
  }
}

function rewriteTag(html: string, tag: Tag, options: MailHtmlOptions): string {
  let rest = '';
  let at = tag.nameEnd;
  for (const attribute of tag.attributes) {
    const value = rewriteAttribute(attribute, options);
    if (value === null) continue;
    rest += `${html.slice(at, attribute.valueStart)}"${value}"`;
    at = attribute.valueEnd;
  }
  rest += html.slice(at, tag.end);
  const opening = html.slice(tag.start, tag.nameEnd);
  const name = isTrusted(tag, options) ? `<${defuse(opening.slice(1))}` : defuse(opening);
  return name + linkAttributes(tag) + defuse(rest);
}

/** Of several attributes of one name the first counts, so these are put in front. */
function linkAttributes(tag: Tag): string {
  if (tag.name !== 'a' && tag.name !== 'area') return '';
  const href = firstValue(tag, 'href') ?? firstValue(tag, 'xlink:href');
  if (href?.trimStart().startsWith('#') === true)
    return ' target="_self" rel="noreferrer noopener"';
  const nowhere = href === null || !isRelative(href) ? '' : nowhereAttributes(href);
  return ` target="_blank" rel="noreferrer noopener"${nowhere}`;
}

/**
 * Whether a browser would resolve the URL against that of the document. `http:path` is relative
 * where the document came by http, so both are tried.
 */
function isRelative(url: string): boolean {
  return ['http:', 'https:'].some((scheme) => {
    const base = `${scheme}//relative.invalid/`;
    return URL.canParse(url, base) && new URL(url, base).host === 'relative.invalid';
  });
}

const titleCharactersMax = 200;

function nowhereAttributes(href: string): string {
  const shown = href.slice(0, titleCharactersMax).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const title = `This link is relative and leads nowhere from an inbox: ${shown}`;
  return ` href="about:blank#relative" title="${requote(title)}"`;
}

const metaNames = new Set(['viewport', 'color-scheme', 'supported-color-schemes']);

function isTrusted(tag: Tag, { remoteAllowed }: MailHtmlOptions): boolean {
  switch (tag.name) {
    case 'base':
    case 'embed':
    case 'frame':
    case 'iframe':
      return false;
    case 'meta':
      return (
        firstValue(tag, 'http-equiv') === null &&
        metaNames.has((firstValue(tag, 'name') ?? '').trim().toLowerCase())
      );
    case 'link':
      return remoteAllowed && firstValue(tag, 'rel')?.trim().toLowerCase() === 'stylesheet';
    default:
      return true;
  }
}

/** `basefont` is empty and allowed everywhere; `noembed` hides its content, which is no markup. */
const inertElements: ReadonlyMap<string, string> = new Map([
  ['base', 'basefont'],
  ['embed', 'basefont'],
  ['frame', 'basefont'],
  ['iframe', 'noembed'],
  ['link', 'basefont'],
  ['meta', 'basefont'],
]);

const actingTag = /<(\/?)(base|embed|frame|iframe|link|meta)(?=[\s/>]|$)/gi;

/** Applied to all that is not the opening of a tag that is trusted. */
function defuse(text: string): string {
  return text.replace(
    actingTag,
    (_, slash: string, name: string) => `<${slash}${inertElements.get(name.toLowerCase())}`,
  );
}

const urlAttributes = new Set(['src', 'href', 'xlink:href', 'background', 'poster', 'data']);

/** The new value, ready to stand between double quotes; `null` when it stays as it is. */
function rewriteAttribute(attribute: HtmlAttribute, options: MailHtmlOptions): string | null {
  const { name, value } = attribute;
  if (!/cid:/i.test(value)) return null;
  if (urlAttributes.has(name)) {
    const url = decodeReferences(value).trim();
    return url.slice(0, 4).toLowerCase() === 'cid:' ? options.cidUrl(url.slice(4)) : null;
  }
  if (name === 'style') return requote(rewriteCss(value, options.cidUrl));
  if (name === 'srcset' || name === 'imagesrcset') {
    return requote(
      value.replace(
        /(^|[\s,])cid:([^\s,"]{1,1000})/gi,
        (whole: string, before: string, id: string) => {
          const url = options.cidUrl(decodeReferences(id));
          return url === null ? whole : before + url;
        },
      ),
    );
  }
  return null;
}

function requote(value: string): string {
  return value.replaceAll('"', '&quot;');
}

function firstValue(tag: Tag, name: string): string | null {
  const attribute = tag.attributes.find((candidate) => candidate.name === name);
  return attribute === undefined ? null : decodeReferences(attribute.value);
}

const namedReferences: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['colon', ':'],
  ['num', '#'],
  ['commat', '@'],
  ['period', '.'],
]);

/** The character references that occur in URLs; others stay. */
function decodeReferences(value: string): string {
  return value.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));?/gi,
    (whole: string, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return namedReferences.get(name.toLowerCase()) ?? whole;
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
