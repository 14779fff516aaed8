/**
 * What people and tests open a caught message for: its one-time codes and its main links.
 *
 * Guesses, each with how sure it is or what it is for; `fixtures/extraction/` has the messages they
 * are measured with. It runs when a message is read, so its cost is bounded: so many characters of
 * each part, so many shapes, so many links.
 */
import { type FoundCode, findCodes } from './find-codes.ts';
import { type FoundLink, findLinks, type LinkRel } from './find-links.ts';
import { htmlToText } from './html-text.ts';

export type { FoundCode, FoundLink, LinkRel };

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

const subjectCharactersMax = 1_000;
const charactersMax = 200_000;

/** Never throws; the same message always gives the same answer. */
export function findCodesAndLinks(message: ReadableMessage): CodesAndLinks {
  const subject = message.subject.slice(0, subjectCharactersMax);
  const text = message.text?.slice(0, charactersMax) ?? '';
  const html = message.html?.slice(0, charactersMax) ?? '';
  return {
    codes: findCodes(subject, [text, html === '' ? '' : htmlToText(html)]),
    links: findLinks({ subject, text, html }),
  };
}
