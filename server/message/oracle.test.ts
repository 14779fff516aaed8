/**
 * A corpus with known answers, read by us and by the two parsers that mail tools in this language
 * mostly use. We must give every answer; where an oracle does not, the case is named below, so that
 * a new disagreement has to be looked at.
 */
import { simpleParser } from 'mailparser';
import PostalMime, { type Address } from 'postal-mime';
import { expect, test } from 'vitest';
import { allParts, bodyText, decodePart } from './bodies.ts';
import { type Case, corpus, type Expected } from './fixtures/corpus.ts';
import { readMessage } from './read-message.ts';

type Answer = Record<keyof Expected, unknown>;

const cases = corpus();

test('the corpus is large and every case has its own name', () => {
  expect(cases.length).toBeGreaterThanOrEqual(250);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test.each(cases.map((each) => [each.name, each] as const))('reads %s', (_, { raw, expected }) => {
  expect(ours(raw)).toEqual(comparable(expected));
});

test('mailparser agrees, but for what it is known to read otherwise', async () => {
  const { agreed, disagreed } = await agreement(fromMailparser);
  expect(disagreed.filter((line) => !mailparserDiffers.includes(line))).toEqual([]);
  expect(agreed / cases.length).toBeGreaterThan(0.9);
});

test('postal-mime agrees, but for what it is known to read otherwise', async () => {
  const { agreed, disagreed } = await agreement(fromPostalMime);
  expect(disagreed.filter((line) => !postalMimeDiffers.includes(line))).toEqual([]);
  expect(agreed / cases.length).toBeGreaterThan(0.8);
});

/** Octets without a label are U+FFFD to it, it knows no uuencode, and shows messages inside messages. */
const mailparserDiffers: readonly string[] = [
  'guess windows-1252 in text/plain: text',
  'guess windows-1252 in text/plain; charset=us-ascii: text',
  'guess windows-1252 in text/plain; charset=x-unknown: text',
  'subject raw windows-1252: subject',
  'address bare comma in a word: to',
  'address blanks round the at sign: to',
  'address line break in an encoded name: to',
  'parts digest: text, attachments',
  'parts unreadable type: text, attachments',
  'uuencode: attachments',
];

/** Node 20 loses quotation marks of windows-1252 in `TextDecoder`, so some rows are for it alone. */
const postalMimeDiffers: readonly string[] = [
  'body windows-1252 8bit: text',
  'body windows-1252 quoted-printable: text',
  'body windows-1252 base64: text',
  'subject windows-1252 B: subject',
  'subject windows-1252 Q: subject',
  'guess windows-1252 in text/plain: text',
  'guess utf-8 in text/plain; charset=us-ascii: text',
  'guess windows-1252 in text/plain; charset=us-ascii: text',
  'guess utf-8 in text/plain; charset=x-unknown: text',
  'guess windows-1252 in text/plain; charset=x-unknown: text',
  'subject raw windows-1252: subject',
  'subject two words that share a character, B: subject',
  'address bare comma in a word: to',
  'address obsolete route: to',
  'address quoted local part: to',
  'address blanks round the at sign: to',
  'address line break in an encoded name: to',
  'file name RFC 2231 windows-1252: attachments',
  'parts text attachment: attachments',
  'parts message attachment: attachments',
  'parts digest: attachments',
  'parts unreadable type: text, attachments',
  'uuencode: attachments',
  'binary: attachments',
  'quoted-printable with blanks after a soft break: text',
];

async function agreement(read: (each: Case) => Promise<Answer>) {
  const disagreed: string[] = [];
  for (const each of cases) {
    const answer = await read(each);
    const wanted = comparable(each.expected);
    const differing = (Object.keys(wanted) as (keyof Answer)[]).filter(
      (key) => JSON.stringify(folded(answer[key])) !== JSON.stringify(folded(wanted[key])),
    );
    if (differing.length > 0) disagreed.push(`${each.name}: ${differing.join(', ')}`);
  }
  return { agreed: cases.length - disagreed.length, disagreed };
}

function ours(raw: Buffer): Answer {
  const message = readMessage(raw);
  const { text, html } = bodyText(raw, message, { maxBytes: 1_000_000 });
  const mailboxes = (list: typeof message.to) =>
    list.map(({ name, address }) => `${name} <${address}>`.trim());
  return {
    subject: message.subject,
    from: mailboxes(message.from),
    to: mailboxes(message.to),
    dateMs: message.dateMs,
    text,
    html,
    attachments: allParts(message)
      .filter(({ role }) => role === 'attachment' || role === 'inline')
      .map((part) => [part.fileName, part.mediaType, hex(decodePart(raw, part))]),
  };
}

function comparable(expected: Expected): Answer {
  return {
    ...expected,
    attachments: expected.attachments.map((each) => [
      each.fileName,
      each.mediaType,
      hex(each.octets),
    ]),
  };
}

async function fromMailparser({ raw, expected }: Case): Promise<Answer> {
  const options = {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
    keepDeliveryStatus: true,
    forceRfc822Attachments: true,
  };
  const read = await simpleParser(raw, options);
  const mailboxes = (field: typeof read.to) =>
    [field ?? []]
      .flat()
      .flatMap(({ value }) => value)
      .flatMap((entry) => entry.group ?? [entry])
      .map(({ name, address }) => `${name} <${address}>`.trim());
  // It puts the present in the place of a date it cannot read.
  const isNow = Math.abs((read.date?.getTime() ?? 0) - Date.now()) < 600_000;
  return {
    subject: read.subject ?? '',
    from: mailboxes(read.from),
    to: mailboxes(read.to),
    dateMs: isNow ? null : (read.date?.getTime() ?? null),
    text: expected.text === null ? read.text || null : (read.text ?? ''),
    html: read.html || null,
    attachments: read.attachments.map((each) => [
      each.filename ?? null,
      each.contentType,
      hex(each.content),
    ]),
  };
}

async function fromPostalMime({ raw, expected }: Case): Promise<Answer> {
  const read = await PostalMime.parse(raw, { forceRfc822Attachments: true });
  const mailboxes = (list: readonly Address[]) =>
    list
      .flatMap((entry) => entry.group ?? [entry])
      .map(({ name, address }) => `${name} <${address}>`.trim());
  const dateMs = read.date === undefined ? Number.NaN : Date.parse(read.date);
  return {
    subject: read.subject ?? '',
    from: mailboxes(read.from === undefined ? [] : [read.from]),
    to: mailboxes(read.to ?? []),
    dateMs: Number.isNaN(dateMs) ? null : dateMs,
    // It makes a text from the HTML where there is none.
    text: expected.text === null ? null : (read.text ?? ''),
    html: read.html ?? null,
    attachments: read.attachments.map((each) => [
      each.filename,
      each.mimeType,
      typeof each.content === 'string' ? each.content : hex(new Uint8Array(each.content)),
    ]),
  };
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

/** The oracles differ in line ends and in blank lines round a body; that is taste, not reading. */
function folded(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : value;
}
