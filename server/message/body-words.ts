/**
 * What lists and the search index need of the bodies, from one decoding of each: the first words,
 * and all words. Every message that arrives goes through here, so nothing is made that is thrown
 * away again.
 */
import { allParts, bodyText } from './bodies.ts';
import { htmlToText } from './html-text.ts';
import type { ReadMessage } from './types.ts';

export interface BodyWords {
  /** The first words of the message on one line, at most 200 characters. */
  readonly snippet: string;
  /** Words for the search index: the text, what only the HTML says, names of attachments. */
  readonly indexText: string;
}

/** Octets of each kind of body that are searched for words. */
const indexBytesMax = 256 * 1024;
const snippetCharactersMax = 200;

export function bodyWords(raw: Uint8Array, message: ReadMessage): BodyWords {
  const bodies = bodyText(raw, message, { maxBytes: indexBytesMax, asSent: true });
  const text = bodies.text ?? '';
  const html = bodies.html === null ? '' : htmlToText(bodies.html);
  const pieces = [text, linesWithNewWords(html, text)];
  for (const part of allParts(message)) if (part.fileName !== null) pieces.push(part.fileName);
  const indexText = pieces.filter((piece) => piece !== '').join('\n');
  return {
    snippet: firstWords(text) || firstWords(html),
    indexText: cut(indexText, indexBytesMax),
  };
}

/** Lines of `html` that say anything `text` does not; mostly the two are one text. */
function linesWithNewWords(html: string, text: string): string {
  if (text === '' || html === '') return html;
  const words = new Set(wordsOf(text));
  const isNew = (line: string) => wordsOf(line).some((word) => word !== '' && !words.has(word));
  return html.split('\n').filter(isNew).join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const asciiOnly = /^[\u0000-\u007f]*$/;

/** Classes of all of Unicode cost ten times as much, which most texts need not pay. */
function wordsOf(text: string): readonly string[] {
  const separators = asciiOnly.test(text) ? /[^a-z0-9]+/ : /[^\p{L}\p{N}]+/u;
  return text.toLowerCase().split(separators);
}

/** Blanks of every kind become one space; the invisible fillers of marketing mail go. */
function firstWords(text: string): string {
  const word = /\S+/g;
  let out = '';
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    const [found] = match;
    if (invisibleWord.test(found)) continue;
    out += out === '' ? found : ` ${found}`;
    if (out.length > snippetCharactersMax) break;
  }
  return cut(out, snippetCharactersMax);
}

/** Soft hyphens, joiners, direction marks; inside a word they have a meaning, alone they have none. */
const invisibleWord = /^(?:\u00ad|\u034f|\u061c|[\u200b-\u200f]|[\u2060-\u2064]|\ufeff)*$/;

/** At most `max` UTF-16 units, never half a character. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
