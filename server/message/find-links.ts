/**
 * The links of a message and what each is for. A link with a text of its own is judged by it, one
 * that shows its URL or says "here" by the words before it, then by its path, then by whether it
 * looks like a button. Where nothing asks for anything but the subject does, the only link that
 * could be meant is it.
 */
import { decodeEntities } from './html-entities.ts';
import { htmlToText, nextTag, skipElement, type Tag } from './html-text.ts';
import {
  asksForAction,
  countsClicks,
  countsOnly,
  isSocial,
  pathAsksForAction,
  pathStandsInFooter,
  pathUnsubscribes,
  saysNothing,
  standsInFooter,
  unsubscribes,
} from './link-words.ts';

/**
 * `action`: what the message asks for, such as confirming, signing in or paying. `tracking`: a click
 * counter or pixel that leads to nothing of that kind.
 */
export type LinkRel = 'action' | 'unsubscribe' | 'tracking' | 'other';

export interface FoundLink {
  /** As written, but whole and without entities; `http` or `https`. */
  readonly url: string;
  /** What is clicked on, or the URL itself. */
  readonly text: string;
  readonly rel: LinkRel;
  /** Where it stands; what stands in both is `html`. */
  readonly part: 'html' | 'text';
}

const linksMax = 100;
const anchorsMax = 1_000;
const linkTextMax = 200;
const urlCharactersMax = 4_000;
const contextCharacters = 160;

interface Draft {
  readonly url: string;
  readonly text: string;
  readonly part: FoundLink['part'];
  /** What is read before it, the nearest last. */
  readonly before: () => string;
  readonly isButton: boolean;
}

interface Judged {
  readonly draft: Draft;
  readonly rel: LinkRel;
  readonly isFooter: boolean;
}

export function findLinks(message: {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}): FoundLink[] {
  const byUrl = new Map<string, Draft>();
  for (const draft of [...htmlLinks(message.html), ...textLinks(message.text)]) {
    const known = byUrl.get(draft.url);
    // A picture and a text often lead to the same place; the text says more.
    if (known === undefined || (known.text === known.url && draft.text !== draft.url)) {
      byUrl.set(draft.url, draft);
    }
  }
  const judged = [...byUrl.values()].map(judge);
  const order = (one: Judged) =>
    one.rel === 'other' && one.isFooter ? 1.5 : orderOf.indexOf(one.rel);
  return withMeantBySubject(judged, message.subject)
    .map((one, place) => ({ one, place }))
    .sort((a, b) => order(a.one) - order(b.one) || a.place - b.place)
    .slice(0, linksMax)
    .map(({ one: { draft, rel } }) => ({
      url: draft.url,
      text: draft.text,
      rel,
      part: draft.part,
    }));
}

const orderOf: readonly LinkRel[] = ['action', 'other', 'unsubscribe', 'tracking'];

function judge(draft: Draft): Judged {
  const { url, text } = draft;
  const path = pathOf(url);
  const speaks = !saysNothing.test(text.trim());
  const said = speaks ? text : lastWords(draft.before());
  const label = speaks ? text : labelOf(said);
  const isFooter =
    standsInFooter().test(label) ||
    isSocial.test(url) ||
    (!speaks && pathStandsInFooter.test(path));
  const counted = countsClicks.test(url) || countsOnly.test(url);
  const rel = (): LinkRel => {
    if (unsubscribes().test(label) || pathUnsubscribes.test(path)) return 'unsubscribe';
    if (countsOnly.test(url) && !asksForAction().test(text)) return 'tracking';
    if (isFooter) return counted ? 'tracking' : 'other';
    if (asksForAction().test(said)) return 'action';
    if (!counted && pathAsksForAction.test(path)) return 'action';
    if (draft.isButton) return 'action';
    return counted ? 'tracking' : 'other';
  };
  return { draft, rel: rel(), isFooter };
}

/** Where no link asks for anything but the subject does. */
function withMeantBySubject(judged: readonly Judged[], subject: string): readonly Judged[] {
  if (judged.some(({ rel }) => rel === 'action') || !asksForAction().test(subject)) return judged;
  const possible = judged.filter(({ rel, isFooter, draft }) => {
    return rel === 'other' && !isFooter && pathOf(draft.url).length > 1;
  });
  const [only] = possible;
  if (possible.length !== 1 || only === undefined) return judged;
  return judged.map((one) => (one === only ? { ...one, rel: 'action' as const } : one));
}

/** Path and query without the host, whose name says nothing about what the link does. */
function pathOf(url: string): string {
  const slash = url.indexOf('/', url.indexOf('//') + 2);
  return slash < 0 ? '' : url.slice(slash, slash + 500);
}

/** The words before a link on its line, or the line above when it has a line of its own. */
function lastWords(before: string): string {
  const lines = before.slice(-contextCharacters).split('\n');
  const own = lines.at(-1) ?? '';
  if (/[\p{L}\p{N}]/u.test(own)) return own;
  return lines.findLast((line) => /[\p{L}\p{N}]/u.test(line)) ?? '';
}

/** `Settings:` of "…, or change it. Settings:" */
function labelOf(said: string): string {
  const clauses = said.split(/[.!?;。！？](?=\s|$)|[(),]\s?/u);
  return (clauses.findLast((clause) => /[\p{L}\p{N}]/u.test(clause)) ?? said).slice(-60);
}

// HTML

function htmlLinks(html: string): Draft[] {
  const links: Draft[] = [];
  for (let tag = nextTag(html, 0); tag !== null && links.length < anchorsMax; ) {
    let next = tag.end;
    if (!tag.closing && (tag.name === 'style' || tag.name === 'script'))
      next = skipElement(html, tag);
    if (!tag.closing && tag.name === 'a') {
      const end = anchorEnd(html, tag.end);
      const draft = draftOf(html, tag, end);
      if (draft !== null) links.push(draft);
      next = end;
    }
    tag = nextTag(html, next);
  }
  return links;
}

function draftOf(html: string, tag: Tag, end: number): Draft | null {
  const attributes = html.slice(tag.start, Math.min(tag.end, tag.start + 2 * urlCharactersMax));
  const url = webUrl(attributeOf(attributes, 'href'));
  if (url === null) return null;
  const content = html.slice(tag.end, end);
  const label = htmlToText(content).replaceAll('\n', ' ') || altOf(content);
  return {
    url,
    text: label.slice(0, linkTextMax) || url,
    part: 'html',
    before: () => htmlToText(html.slice(Math.max(0, tag.start - 600), tag.start)),
    isButton: looksLikeButton(attributes, html.slice(Math.max(0, tag.start - 300), tag.start)),
  };
}

/** The content of an anchor ends at `</a>`, at the next `<a`, or soon. */
function anchorEnd(html: string, from: number): number {
  const limit = Math.min(html.length, from + 4_000);
  let tag = nextTag(html, from);
  while (tag !== null && tag.start < limit && tag.name !== 'a') tag = nextTag(html, tag.end);
  return Math.min(tag?.start ?? limit, limit);
}

function altOf(content: string): string {
  const image = /<img\s[^>]{0,2000}/i.exec(content.slice(0, 4_000));
  return image === null ? '' : attributeOf(image[0], 'alt').slice(0, linkTextMax);
}

function attributeOf(tag: string, name: 'href' | 'alt' | 'class' | 'style' | 'role'): string {
  const match = attributes[name].exec(tag);
  return decodeEntities(match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
}

const value = '\\s{0,9}=\\s{0,9}(?:"([^"]*)"|\'([^\']*)\'|([^\\s"\'>]+))';
const attributes = {
  href: new RegExp(`\\shref${value}`, 'i'),
  alt: new RegExp(`\\salt${value}`, 'i'),
  class: new RegExp(`\\sclass${value}`, 'i'),
  style: new RegExp(`\\sstyle${value}`, 'i'),
  role: new RegExp(`\\srole${value}`, 'i'),
};

/** By its class, by colour and room of its own, or by the coloured cell it is alone in. */
function looksLikeButton(anchor: string, before: string): boolean {
  if (/\bbtn|button|\bcta\b/i.test(attributeOf(anchor, 'class'))) return true;
  if (/button/i.test(attributeOf(anchor, 'role'))) return true;
  const style = attributeOf(anchor, 'style');
  if (/background(?:-color)?\s?:/i.test(style)) return true;
  if (/padding/i.test(style) && /inline-block|color\s?:\s?#?fff|border-radius/i.test(style)) {
    return true;
  }
  const cell = /<td\b[^>]{0,280}>\s{0,40}$/i.exec(before);
  return cell !== null && /bgcolor|background/i.test(cell[0]);
}

// Text

/** `<https://…>` may go on after a line end (RFC 3986 appendix C). */
const textUrl =
  /<(https?:\/\/[^<>"\s]{1,1000}(?:\n[ \t>]{0,9}[^<>"\s]{1,1000}){0,4})>|\bhttps?:\/\/[^\s<>"\u3000-\u303f\uff01\uff08\uff09\uff0c\uff1b\uff1f]{1,4000}/gi;

function textLinks(text: string): Draft[] {
  const links: Draft[] = [];
  for (const match of text.matchAll(textUrl)) {
    if (links.length >= anchorsMax) break;
    const bracketed = match[1]?.replace(/\n[ \t>]*/g, '');
    const url = webUrl(bracketed ?? withoutTrailingPunctuation(match[0]));
    if (url === null) continue;
    const start = match.index;
    links.push({
      url,
      text: url,
      part: 'text',
      // What stands before another link belongs to that one.
      before: () =>
        text
          .slice(Math.max(0, start - 2 * contextCharacters), start)
          .split(/https?:\/\/\S{1,400}/)
          .at(-1) ?? '',
      isButton: false,
    });
  }
  return links;
}

/** A full stop or bracket that ends the sentence, not the URL. */
function withoutTrailingPunctuation(url: string): string {
  let end = url.length;
  while (end > 0 && '.,;:!?\'"*_>]|'.includes(url.charAt(end - 1))) end--;
  const cut = url.slice(0, end);
  const isUnbalanced = cut.split(')').length > cut.split('(').length;
  return cut.endsWith(')') && isUnbalanced ? withoutTrailingPunctuation(cut.slice(0, -1)) : cut;
}

/** Only what a browser may open; the URL stays as it was written. */
function webUrl(url: string): string | null {
  if (url.length > urlCharactersMax || !/^https?:\/\//i.test(url)) return null;
  return URL.canParse(url) ? url : null;
}
