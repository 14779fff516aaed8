/**
 * One-time codes in text, each with how sure one can be.
 *
 * First everything is found that has the shape of a code; then the words round it are asked. The
 * nearest that says something decides: one that names a code, right before it, on the line above a
 * code that stands alone, or right after it ("… is your code"); or one that names what has a number
 * of its own. What a word has announced is used up: the number after the code is not another one,
 * unless it stands in a list with it. Words only count near the shape, so the cost is bounded by
 * `candidatesMax` windows.
 */
import { type Word, wordsIn } from './code-words.ts';
import { once } from './once.ts';

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

const candidatesMax = 300;
const codesMax = 10;
const lettersOfOther = '\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}';

/** A number of the message, or something else with the shape of a code. */
const shapes = [
  // 7 3 9 1 0 4, one to a cell or line
  '\\d(?:[ \\u00a0\\n]\\d){3,7}',
  // 123 456, 123-456, 12 34 56, 4821 0937
  '\\d{2,4}(?:[ \\u00a0\\u2009-]\\d{2,4}){1,3}',
  '\\d{3,8}',
  // G-483920
  '[A-Z]{1,2}-\\d{4,8}',
  // A7F-92K, QXR-MKT, 8F3K2-QPL7M
  '[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,3}',
  '[A-Z0-9]{4,16}',
  // q7w2-x9r4
  '(?=[a-z0-9-]{0,11}\\d)(?=[a-z0-9-]{0,11}[a-z])[a-z0-9]{4,6}(?:-[a-z0-9]{4,6})?',
];
const candidate = once(
  () =>
    new RegExp(
      `(?<![${lettersOfOther}_.,/@#$€£¥%&=+\\-])(?:${shapes.join('|')})(?![${lettersOfOther}_@%/]|-[${lettersOfOther}]|[.:]\\d|,\\d{2,3}(?!\\d))`,
      'gu',
    ),
);

const currency =
  /(?:[€$£¥₽₪₩₹₴]|\b(?:EUR|USD|GBP|CHF|PLN|CZK|SEK|NOK|DKK|JPY|CNY|MXN|BRL|TRY|RUB|UAH|INR|R\$|US\$|kr|zł|TL))[ \u00a0]?$/iu;
/** After a number: money, shares, sizes, times. */
const unit =
  /^[ \u00a0]?(?:[€$£¥₽₪₩₹₴%°]|(?:EUR|USD|GBP|CHF|PLN|CZK|SEK|NOK|DKK|JPY|CNY|MXN|BRL|TRY|RUB|UAH|INR|FCFA|euros?|zł|TL|Kč|Ft|lei|kr|руб|грн|ريال|درهم|دينار|min|mins|minutes?|hours?|days?|kg|g|km|m|px|[KMG]B|ms|am|pm|h|Uhr)(?![\p{L}])|[円元원圓块點点年月日分号號番호층])/iu;
const dateBefore =
  /(?:\b(?:jan|feb|mar|mär|apr|may|mai|maj|mei|jun|jul|aug|ago|sep|okt|oct|nov|dec|dez|dic|déc|gen|mag|giu|lug|set|ott)\p{L}{0,8}\.?,? (?:\d{1,2},? )?|(?:©|\(c\)|copyright) ?|\b(?:in|since|until|of|im|seit|bis|en|depuis|de|dal|nel|anno|année|año|ano|v|w|в|с|з|у) |[/.-]\s?)$/iu;

/** What is typed here takes something off the price. */
const selling =
  /check-?out|\boff\b|discount|coupon|voucher|promo|gift|save \d|\bsale\b|rabatt|gutschein|réduction|remise|descuento|desconto|sconto|korting|zniżk|rabat|indirim|скидк|знижк|割引|クーポン|优惠|折扣|할인|쿠폰|خصم|הנחה/iu;

/** Between a word and what it announces: nothing, or no more than "is". */
const joins =
  /^(?:[\s:：=>*"'“”„«»‘’「」『』【】[\]()（）<—–,、-]|(?:is|are|ist|lautet|lauten|est|sont|es|son|è|é|to|jest|er|är|on|je|este|este:|is:|below|here|follows|number|no|nr|是|为|為|は|が|を|هو|هي|הוא|היא|है|là|adalah|คือ|είναι|kodunuz|です|입니다|는|은)(?![\p{Script=Latin}]))*$/iu;
/** Between a code and the word that says it is one. */
const copula =
  /^[\s*"'“”„«»」』】)\]]*(?:(?:is|are|ist|est|es|è|é|to|jest|er|är|on|je|este|as|als|como|comme|come|jako|является|—|–|-|:|：|=|是|为|為|は|が|هو|הוא|היא|είναι|है|là|adalah|คือ)(?![\p{Script=Latin}]))/iu;
const sentenceEnd = /[.!?…](?=\s)|[。！？।]|\n\s*\n/u;

const reachBefore = 240;
const reachAfter = 90;

interface Place {
  readonly written: string;
  readonly start: number;
  readonly end: number;
  /** Nothing else is on its line. */
  readonly standsAlone: boolean;
}

/** `texts` say the same in different ways; `subject` may announce what they begin with. */
export function findCodes(subject: string, texts: readonly string[]): FoundCode[] {
  const best = new Map<string, FoundCode>();
  const readings = [subject, ...texts.map((text) => `${subject}\n\n${text}`)];
  readings.forEach((text, index) => {
    // The subject is there to announce; what it holds itself is found in the first reading.
    const from = index === 0 ? 0 : subject.length;
    for (const found of codesIn(asciiDigits(withoutUrls(text)), from)) {
      const known = best.get(found.value);
      if (known === undefined || known.confidence < found.confidence) best.set(found.value, found);
    }
  });
  return ranked([...best.values()]);
}

/** Beside a code that is beyond doubt, a doubtful one is none. */
function ranked(codes: readonly FoundCode[]): FoundCode[] {
  const sorted = [...codes].sort((a, b) => b.confidence - a.confidence).slice(0, codesMax);
  const first = sorted[0]?.confidence ?? 0;
  return sorted
    .map((code) => ({
      ...code,
      confidence: round(
        first >= 0.8 && code.confidence < first - 0.15 ? code.confidence * 0.6 : code.confidence,
      ),
    }))
    .filter(({ confidence }) => confidence >= 0.15);
}

function codesIn(text: string, from: number): FoundCode[] {
  const found: FoundCode[] = [];
  const places = placesIn(text).filter(({ start }) => start >= from);
  places.forEach((place, index) => {
    const before = places[index - 1];
    const known = found.at(-1);
    const listed =
      before !== undefined &&
      known?.written === before.written &&
      place.standsAlone &&
      before.standsAlone &&
      maskOf(before.written) === maskOf(place.written) &&
      text.slice(before.end, place.start).trim() === '';
    const confidence = listed
      ? known.confidence
      : confidenceOf(text, place, {
          previousEnd: before?.end ?? 0,
          nextStart: places[index + 1]?.start ?? text.length,
        });
    if (confidence <= 0) return;
    found.push({
      value: typed(place.written),
      written: place.written,
      confidence,
      around: aroundOf(text, place),
    });
  });
  return found;
}

function placesIn(text: string): Place[] {
  const places: Place[] = [];
  for (const match of text.matchAll(candidate())) {
    if (places.length >= candidatesMax) break;
    const start = match.index;
    const end = start + match[0].length;
    if (isCodeShaped(match[0]) && !isPartOfNumber(text, start, end)) {
      places.push({ written: match[0], start, end, standsAlone: standsAlone(text, start, end) });
    }
  }
  return places;
}

function isCodeShaped(written: string): boolean {
  if (!/^[\d\s\u00a0\u2009-]+$/.test(written)) return true;
  const groups = written.split(/[\s\u00a0\u2009-]/);
  const digits = groups.join('').length;
  if (digits < 3 || digits > 8) return false;
  // 123-456 and 7194 82, but not 555-1234 or 2026-05.
  const [first = ''] = groups;
  const last = groups.at(-1) ?? '';
  return (
    groups.slice(0, -1).every((group) => group.length === first.length) &&
    last.length <= first.length
  );
}

/** Of a telephone number, an amount, a date or a time. */
function isPartOfNumber(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 16), start);
  const after = text.slice(end, end + 10);
  if (/\d[ \u00a0./-]$|\d\) ?$|\+\d{0,3} ?\(?$/.test(before)) return true;
  if (/^[ \u00a0/-]\d|^ ?\(?\d/.test(after)) return true;
  const written = text.slice(start, end);
  if (!/^\d+$/.test(written)) return false;
  if (currency.test(before) || unit.test(after)) return true;
  return /^(?:19|20)\d\d$/.test(written) && dateBefore.test(before);
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 12), start);
  const after = text.slice(end, end + 12);
  const lead = before.slice(before.lastIndexOf('\n') + 1);
  const breakAt = after.indexOf('\n');
  const trail = breakAt < 0 ? after : after.slice(0, breakAt);
  const edge = /^[\s\u00a0>*"'“”«»「」【】[\]()|#.:;,_-]*$/u;
  const startsLine = start < 12 || before.includes('\n');
  const endsLine = breakAt >= 0 || end + 12 >= text.length;
  return startsLine && endsLine && edge.test(lead) && edge.test(trail);
}

interface Neighbours {
  readonly previousEnd: number;
  readonly nextStart: number;
}

function confidenceOf(text: string, place: Place, neighbours: Neighbours): number {
  const { start, end } = place;
  const windowStart = Math.max(0, start - reachBefore);
  const before = wordsIn(text.slice(windowStart, start)).map((word) => ({
    ...word,
    start: word.start + windowStart,
    end: word.end + windowStart,
  }));
  const after = afterWords(text, end);
  const announced = Math.max(
    announcedBefore(text, { place, before, neighbours }),
    announcedAfter(text, { place, after, neighbours }),
  );
  if (announced <= 0 || belongsElsewhere(text, { place, before, after })) return 0;
  if (/[A-Z]/i.test(place.written) && selling.test(text.slice(Math.max(0, start - 60), end + 60))) {
    return 0;
  }
  // "1000 ideas for code": counted, not announced.
  if (announced < 0.8 && !place.standsAlone && /^ \p{Ll}/u.test(text.slice(end, end + 2)))
    return 0.2;
  return Math.max(0, Math.min(1, announced + shapeBonus(place, announced)));
}

function afterWords(text: string, end: number): readonly Word[] {
  const rest = text.slice(end, end + reachAfter);
  const lineEnd = rest.indexOf('\n');
  // A line that was wrapped goes on; an empty line ends it.
  const paragraphEnd = rest.search(/\n\s*\n/);
  const sameParagraph = paragraphEnd >= 0 ? rest.slice(0, paragraphEnd) : rest;
  return wordsIn(lineEnd === 0 ? '' : sameParagraph);
}

interface Before {
  readonly place: Place;
  readonly before: readonly Word[];
  readonly neighbours: Neighbours;
}

function announcedBefore(text: string, { place, before, neighbours }: Before): number {
  let strongest = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const word = before[i];
    if (word === undefined || word.meaning === 'other') continue;
    const gap = text.slice(word.end, place.start);
    const usedUp = neighbours.previousEnd > word.end;
    const base = announcement(gap, { standsAlone: place.standsAlone, usedUp });
    strongest = Math.max(strongest, word.meaning === 'code' ? base : base - 0.28);
    if (word.meaning === 'code') break;
  }
  return strongest;
}

function announcement(
  gap: string,
  { standsAlone, usedUp }: { readonly standsAlone: boolean; readonly usedUp: boolean },
): number {
  if (usedUp) return standsAlone ? 0.35 : 0.25;
  if (gap.length <= 40 && joins.test(gap)) return 0.95;
  const sameSentence = !sentenceEnd.test(gap);
  if (standsAlone) return (sameSentence ? 0.9 : 0.85) - gap.length / 1000;
  if (sameSentence && !gap.includes('\n')) return 0.75 - gap.length / 500;
  return sameSentence ? 0.68 - gap.length / 400 : 0.42 - gap.length / 600;
}

interface After {
  readonly place: Place;
  readonly after: readonly Word[];
  readonly neighbours: Neighbours;
}

function announcedAfter(text: string, { place, after, neighbours }: After): number {
  for (const word of after) {
    const gap = text.slice(place.end, place.end + word.start);
    if (sentenceEnd.test(gap) || neighbours.nextStart < place.end + word.start) return 0;
    if (word.meaning !== 'code') continue;
    return copula.test(gap) ? 0.92 - gap.length / 600 : 0.6 - gap.length / 150;
  }
  return 0;
}

/** The nearest word names something else, and no code. */
function belongsElsewhere(
  text: string,
  {
    place,
    before,
    after,
  }: { readonly place: Place; readonly before: readonly Word[]; readonly after: readonly Word[] },
): boolean {
  const first = after[0];
  if (first?.meaning === 'other') {
    const gap = text.slice(place.end, place.end + first.start);
    if (gap.length <= 30 && copula.test(gap) && !sentenceEnd.test(gap)) return true;
  }
  const last = before.at(-1);
  if (last?.meaning !== 'other') return false;
  const gap = text.slice(last.end, place.start);
  if (/^[\s.#№:]{0,3}$/u.test(gap) && !/[:\n]/.test(gap)) return true;
  if (gap.length > 30 || !(joins.test(gap) || /^[\s.:#№°ºn-]*$/iu.test(gap))) return false;
  // "The code for your order: 4821"
  const code = before.findLast(({ meaning }) => meaning === 'code');
  if (code === undefined) return true;
  const between = text.slice(code.end, last.start);
  return sentenceEnd.test(between) || between.includes('\n') || /\d/.test(between);
}

function shapeBonus({ written, standsAlone }: Place, announced: number): number {
  const direct = announced >= 0.9 || standsAlone;
  if (/^\d{6}$|^\d{3}[\s\u00a0\u2009-]\d{3}$/.test(written)) return 0.05;
  if (/^(?:19|20)\d\d$/.test(written)) return direct ? -0.05 : -0.5;
  if (/^\d{3}$/.test(written)) return direct ? -0.3 : -1;
  if (/^[A-Z-]+$/.test(written)) return direct && announced >= 0.84 ? -0.15 : -1;
  if (/[a-z]/.test(written)) return standsAlone || announced >= 0.9 ? -0.15 : -1;
  if (/[A-Z]/.test(written) && /^\D|\D$/.test(written) && written.length > 10) {
    return direct ? -0.1 : -0.5;
  }
  return 0;
}

function typed(written: string): string {
  return /^\d[\d\s\u00a0\u2009-]*$/.test(written) ? written.replace(/\D/g, '') : written;
}

function maskOf(written: string): string {
  return written.replace(/[A-Z\d]/gi, 'x');
}

function aroundOf(text: string, { start, end }: Place): string {
  return text
    .slice(Math.max(0, start - 60), end + 60)
    .replace(/\s+/g, ' ')
    .trim();
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Digits of other scripts as ASCII, at the same places. */
function asciiDigits(text: string): string {
  return text.replace(
    /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u0e50-\u0e59\uff10-\uff19]/g,
    (digit) => {
      const code = digit.charCodeAt(0);
      const zero = [0x660, 0x6f0, 0x966, 0xe50, 0xff10].find(
        (start) => code >= start && code < start + 10,
      );
      return String(code - (zero ?? code));
    },
  );
}

function withoutUrls(text: string): string {
  return text.replace(/\b(?:https?:\/\/|www\.|mailto:)[^\s<>"]{1,4000}/gi, ' ');
}
