/**
 * The one link, the one code: chosen only when nothing else could be meant. To take the first of
 * several is how a test comes to click on "unsubscribe".
 */
import { isRegExp } from 'node:util/types';
import { confidentFrom, type FoundCode, type FoundLink } from '../message/codes-and-links.ts';
import { MailContentError } from './errors.ts';
import { show, textMatches } from './mail-match.ts';
import type { CodeMatch, LinkMatch } from './types.ts';

export function chooseLink(
  links: readonly FoundLink[],
  which: LinkMatch | undefined,
  subject: string,
): URL {
  const found = which === undefined ? toActOn(links) : links.filter((one) => fitsLink(one, which));
  const [only] = found;
  if (only !== undefined && found.length === 1) return new URL(only.url);
  throw choiceError({
    subject,
    what: 'link',
    asked: which,
    count: found.length,
    candidates: (found.length > 1 ? found : links).map(showLink),
    advice: 'Say which one is meant: link(/confirm/i), link({ path: "/verify" }).',
  });
}

export function chooseCode(
  codes: readonly FoundCode[],
  which: CodeMatch | undefined,
  subject: string,
): string {
  const fitting = which === undefined ? codes : codes.filter((code) => fitsCode(code, which));
  const confident = fitting.filter(({ confidence }) => confidence >= confidentFrom);
  // Who says more exactly what is meant may also mean a less likely one.
  const found = which !== undefined && confident.length === 0 ? fitting : confident;
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.value;
  throw choiceError({
    subject,
    what: 'code',
    asked: which,
    count: found.length,
    candidates: (found.length > 1 ? found : codes).map(showCode),
    advice: 'Say which one is meant: code({ digits: 6 }), code({ near: "PIN" }), code(/^[A-Z]/).',
  });
}

function toActOn(links: readonly FoundLink[]): readonly FoundLink[] {
  const actions = links.filter(({ rel }) => rel === 'action');
  return actions.length > 0 ? actions : links.filter(({ rel }) => rel === 'other');
}

export function fitsLink({ url, text }: FoundLink, which: LinkMatch): boolean {
  if (typeof which === 'string' || isRegExp(which)) {
    return textMatches(text, which) || textMatches(url, which);
  }
  const { hostname, host, pathname, search } = new URL(url);
  return (
    (which.text === undefined || textMatches(text, which.text)) &&
    (which.host === undefined || which.host === hostname || which.host === host) &&
    (which.path === undefined || textMatches(pathname + search, which.path))
  );
}

function fitsCode({ value, around }: FoundCode, which: CodeMatch): boolean {
  if (isRegExp(which)) return textMatches(value, which);
  const { digits, near } = which;
  if (digits !== undefined && !(value.length === digits && /^\d+$/.test(value))) return false;
  return near === undefined || textMatches(around, near);
}

function choiceError(about: {
  readonly subject: string;
  readonly what: string;
  readonly asked: LinkMatch | CodeMatch | undefined;
  readonly count: number;
  readonly candidates: readonly string[];
  readonly advice: string;
}): MailContentError {
  const { subject, what, asked, count, candidates, advice } = about;
  const that = asked === undefined ? '' : ` that fits ${showWhich(asked)}`;
  const lines =
    count > 1
      ? [`"${subject}" has ${count} ${what}s${that}, so none can be chosen:`]
      : [
          `"${subject}" has no ${what}${that}.` +
            (candidates.length === 0 ? ' It has none at all.' : ' It has:'),
        ];
  lines.push(...candidates.map((one) => `  ${one}`));
  if (candidates.length > 0) lines.push(advice);
  return new MailContentError(
    count > 1 ? 'MAIL_CONTENT_AMBIGUOUS' : 'MAIL_CONTENT_MISSING',
    lines.join('\n'),
    candidates,
  );
}

function showLink({ url, text, rel }: FoundLink): string {
  return `${url}${text === url ? '' : `  "${text}"`}  (${rel})`;
}

function showCode({ value, confidence, around }: FoundCode): string {
  return `${value}  (${Math.round(confidence * 100)} %, in "${around}")`;
}

function showWhich(which: LinkMatch | CodeMatch): string {
  if (typeof which === 'string' || isRegExp(which)) return show(which);
  return Object.entries(which)
    .map(([name, wanted]) => `${name} ${show(wanted)}`)
    .join(', ');
}
