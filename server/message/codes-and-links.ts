/**
 * What people open a caught message for: its one-time codes and its main links.
 *
 * Guesses, most likely first. A code counts only near a word that announces one, in the languages
 * that products are mostly sent in; years, amounts, telephone and order numbers do not. Links keep
 * the order of the message; those to confirm something come first, unsubscribing and tracking last.
 */
import { decodeEntities } from './html-entities.ts';
import { htmlToText, nextTag, skipElement, type Tag } from './html-text.ts';

export interface FoundCode {
  /** What a person would type: groups of digits are joined (`123 456` → `123456`). */
  readonly value: string;
  /** As it stands in the message. */
  readonly written: string;
  /** From 0 to 1; `confidentFrom` and above is meant to be used without asking. */
  readonly confidence: number;
  /** The words it was found in, on one line. */
  readonly around: string;
}

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

export interface CodesAndLinks {
  /** The most likely first, also those below `confidentFrom`. */
  readonly codes: readonly FoundCode[];
  /** Each URL once: actions first, then others, unsubscribing, tracking; else as in the message. */
  readonly links: readonly FoundLink[];
}

export interface ReadableMessage {
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
}

/** From this confidence on a code is taken to be one. */
export const confidentFrom = 0.5;

const charactersMax = 200_000;
const codesMax = 5;
const linksMax = 100;
const linkTextMax = 200;
const urlCharactersMax = 4_000;

export function findCodesAndLinks({ subject, text, html }: ReadableMessage): CodesAndLinks {
  const boundedHtml = html?.slice(0, charactersMax) ?? '';
  const boundedText = text?.slice(0, charactersMax) ?? '';
  const readable = boundedHtml === '' ? '' : htmlToText(boundedHtml);
  const fromHtml = boundedHtml === '' ? [] : htmlLinks(boundedHtml);
  return {
    codes: findCodes([subject, boundedText, readable]),
    links: ranked(fromHtml.length > 0 ? fromHtml : textLinks(boundedText)),
  };
}

// Codes

/** Words that announce a code. Latin ones stand alone, the others may be joined to their neighbours. */
const announcing = new RegExp(
  [
    '\\b(?:(?:pass|access|security|login|verification|confirmation|activation|auth\\w{0,12})[ -]?)?codes?\\b',
    '\\b(?:otp|2fa|mfa|tan|pin|passcode|one[- ]time|token|verif\\w{1,12}|authenti\\w{1,12})\\b',
    '\\b\\w{0,24}(?:code|kode|koden|kod|kodu|kodunuz|kodi|kodem|kód|kódu)\\b',
    '(?:código|codigo|código|codice|mật khẩu|mã |wachtwoord|einmalpasswort|bestätigung)',
    '(?:код|пароль|κωδικ|رمز|كود|קוד|कोड|รหัส)',
    '(?:验证码|驗證碼|校验码|动态码|認証|確認コード|コード|ワンタイム|인증|코드)',
  ].join('|'),
  'giu',
);

/** Words after which a number is something else, however near a code may be announced. */
const otherwise =
  /(?:orders?|invoices?|tickets?|case|customer|account|reference|ref|zip|postal|post|promo|coupon|discount|voucher|gift|area|country|error|status|source|tracking|bestell\w{0,12}|rechnung\w{0,12}|kunden\w{0,12}|auftrag\w{0,12}|commande|facture|client|pedido|factura|ordine|fattura|заказ\w{0,4}|счет\w{0,4}|订单|订单号|注文)(?:[ -]?(?:code|id|no|nr|number|nummer|numéro|número|numero|番号|号))?[.:]?\s{0,3}[#№]?\s{0,2}$/iu;

/** Digits, digits in two groups, or capital letters with digits, set off from everything round it. */
const candidate =
  /(?<![\p{L}\p{N}_.,/@#$€£¥%&=+-]|\d[ \u00a0:])(?:\d{4,8}|\d{3}[ \u00a0-]\d{3}|[A-Z]-\d{4,8}|(?=[A-Z0-9]{0,8}\d)(?=[A-Z0-9]{0,8}[A-Z])[A-Z0-9]{4,9}|(?=[0-9-]{0,11}[A-Z])[A-Z0-9]{3,5}-[A-Z0-9]{3,5})(?![\p{L}\p{N}_@%/-]|[.,:]\d|\s?(?:[€£¥%]|EUR|USD|GBP|kg|px|km)|[ \u00a0-]\d{2})/gu;

/** How far, in characters, an announcing word reaches. */
const reachBefore = 120;
const reachAfter = 60;

function findCodes(texts: readonly string[]): FoundCode[] {
  const best = new Map<string, FoundCode>();
  for (const text of texts) {
    for (const found of scoredCodes(withoutUrls(text))) {
      const known = best.get(found.value);
      if (known === undefined || known.confidence < found.confidence) best.set(found.value, found);
    }
  }
  return [...best.values()].sort((a, b) => b.confidence - a.confidence).slice(0, codesMax);
}

function scoredCodes(text: string): FoundCode[] {
  const words = [...text.matchAll(announcing)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  if (words.length === 0) return [];
  const found: FoundCode[] = [];
  let next = 0;
  for (const match of text.matchAll(candidate)) {
    const start = match.index;
    const end = start + match[0].length;
    while (next < words.length && (words[next]?.end ?? 0) <= start) next++;
    const before = words[next - 1];
    const after = words[next];
    const distance = Math.min(
      before === undefined
        ? Number.POSITIVE_INFINITY
        : (start - before.end) * (reachAfter / reachBefore),
      after === undefined || after.start < end ? Number.POSITIVE_INFINITY : after.start - end,
    );
    if (distance > reachAfter) continue;
    if (otherwise.test(text.slice(Math.max(0, start - 40), start))) continue;
    const score = scoreOf({ code: match[0], text, start, end, distance });
    if (score > 0) {
      found.push({
        value: match[0].replace(/(?<=^\d+)[ \u00a0-](?=\d+$)/, ''),
        written: match[0],
        confidence: Math.min(1, (score + 90) / 280),
        around: aroundOf(text, start, end),
      });
    }
  }
  return found;
}

interface Found {
  readonly code: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly distance: number;
}

function scoreOf({ code, text, start, end, distance }: Found): number {
  const standsAlone = lineAround(text, start, end).trim() === code;
  let score = 100 - distance + (standsAlone ? 60 : 0);
  if (/^\d{6}$|^\d{3}[ \u00a0-]\d{3}$/.test(code)) score += 30;
  // A year is a code only where nothing else could be meant.
  if (/^(?:19|20)\d\d$/.test(code) && !standsAlone && distance > 6) return 0;
  if (/^[A-Z]+-[A-Z]+$/.test(code)) return 0;
  return score;
}

function aroundOf(text: string, start: number, end: number): string {
  return text
    .slice(Math.max(0, start - 40), end + 40)
    .replace(/\s+/g, ' ')
    .trim();
}

function lineAround(text: string, start: number, end: number): string {
  // Longer lines hold more than a code anyway.
  const from = Math.max(0, start - 20);
  const before = text.slice(from, start);
  const after = text.slice(end, end + 20);
  const breakBefore = before.lastIndexOf('\n');
  const breakAfter = after.indexOf('\n');
  return (
    before.slice(breakBefore + 1) +
    text.slice(start, end) +
    (breakAfter < 0 ? after : after.slice(0, breakAfter))
  );
}

function withoutUrls(text: string): string {
  return text.replace(/\b(?:https?:\/\/|www\.|mailto:)[^\s<>"]{1,4000}/gi, ' ');
}

// Links

const confirming =
  /verif|confirm|activat|reset|sign[- ]?in|log[- ]?in|magic|invit|accept|password|passwort|bestätig|aktivier|zurücksetz|anmeld|connexion|confirmer|réinitialis|verificar|restablecer|confirma|conferma|reimposta|bevestig|подтверд|сброс|войти|potwierd|doğrula|onayla|验证|確認|認証|인증|확인/i;
const lastly =
  /unsubscri|opt[-_]?out|abmeld|abbestell|désinscri|desinscri|désabonn|darse de baja|cancelar suscripción|disiscri|afmeld|uitschrijv|отписа|wypisz|avregistrer|退订|配信停止|수신거부|preferences|privacy|datenschutz|view (?:it |this )?in (?:your )?browser|webversion|online ansehen/i;
const tracking =
  /[/.?&=_-](?:track(?:ing)?|pixel|beacon|open\.(?:gif|php|aspx)|utm_medium=pixel)(?:[/.?&=_-]|$)|\.(?:gif|png|jpe?g|css|woff2?)(?:\?|$)/i;
const social =
  /^https?:\/\/(?:www\.)?(?:facebook|twitter|x|instagram|linkedin|youtube|tiktok|pinterest)\.com\b/i;

type Draft = Omit<FoundLink, 'rel'>;
const rels: readonly LinkRel[] = ['action', 'other', 'other', 'unsubscribe', 'tracking'];

function ranked(links: readonly Draft[]): FoundLink[] {
  const byUrl = new Map<string, Draft>();
  for (const link of links) {
    const known = byUrl.get(link.url);
    // A picture and a text often lead to the same place; the text says more.
    if (known === undefined || known.text === known.url) byUrl.set(link.url, link);
  }
  return [...byUrl.values()]
    .map((link, place) => ({ link, place, rank: rankOf(link) }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .slice(0, linksMax)
    .map(({ link, rank }) => ({ ...link, rel: rels[rank] ?? 'other' }));
}

function rankOf({ url, text }: Draft): number {
  if (lastly.test(text) || lastly.test(url)) return 3;
  if (tracking.test(url)) return 4;
  if (social.test(url)) return 2;
  return confirming.test(text) || confirming.test(url) ? 0 : 1;
}

function htmlLinks(html: string): Draft[] {
  const links: Draft[] = [];
  for (let tag = nextTag(html, 0); tag !== null && links.length < 10 * linksMax; ) {
    let next = tag.end;
    if (!tag.closing && (tag.name === 'style' || tag.name === 'script'))
      next = skipElement(html, tag);
    if (!tag.closing && tag.name === 'a') {
      const url = webUrl(hrefOf(html, tag));
      const end = anchorEnd(html, tag.end);
      if (url !== null) {
        const label = htmlToText(html.slice(tag.end, end)).replaceAll('\n', ' ');
        links.push({ url, text: label.slice(0, linkTextMax) || url, part: 'html' });
      }
      next = end;
    }
    tag = nextTag(html, next);
  }
  return links;
}

/** The content of an anchor ends at `</a>`, at the next `<a`, or soon. */
function anchorEnd(html: string, from: number): number {
  const limit = Math.min(html.length, from + 4_000);
  let tag = nextTag(html, from);
  while (tag !== null && tag.start < limit && tag.name !== 'a') tag = nextTag(html, tag.end);
  return Math.min(tag?.start ?? limit, limit);
}

function hrefOf(html: string, tag: Tag): string {
  const attributes = html.slice(tag.start, Math.min(tag.end, tag.start + 2 * urlCharactersMax));
  const match = /\shref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
  return decodeEntities(match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
}

function textLinks(text: string): Draft[] {
  const links: Draft[] = [];
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"]{1,4000}/gi)) {
    if (links.length >= 10 * linksMax) break;
    const url = webUrl(withoutTrailingPunctuation(match[0]));
    if (url !== null) links.push({ url, text: url, part: 'text' });
  }
  return links;
}

/** A full stop or bracket that ends the sentence, not the URL. */
function withoutTrailingPunctuation(url: string): string {
  let end = url.length;
  while (end > 0 && '.,;:!?\'"*_>]'.includes(url.charAt(end - 1))) end--;
  const cut = url.slice(0, end);
  const isUnbalanced = cut.split(')').length > cut.split('(').length;
  return cut.endsWith(')') && isUnbalanced ? cut.slice(0, -1) : cut;
}

/** Only what a browser may open; the URL stays as it was written. */
function webUrl(url: string): string | null {
  if (url.length > urlCharactersMax || !/^https?:\/\//i.test(url)) return null;
  return URL.canParse(url) ? url : null;
}
