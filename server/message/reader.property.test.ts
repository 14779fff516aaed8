/**
 * Any octets are read (nothing throws), offsets stay inside the message and parts inside their
 * containers; what was encoded comes back octet for octet.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allParts, bodyText, decodePart, partText } from './bodies.ts';
import { bodyWords } from './body-words.ts';
import { findCodesAndLinks } from './codes-and-links.ts';
import { parseDate } from './dates.ts';
import { decodeEncodedWords } from './encoded-words.ts';
import { base64Lines, quotedPrintable } from './fixtures/corpus.ts';
import { htmlToText } from './html-text.ts';
import { parseParameterized } from './parameters.ts';
import { findProblems } from './problems.ts';
import { readMessage } from './read-message.ts';
import { decodeBase64 } from './transfer-encodings.ts';
import type { Part } from './types.ts';

/** Pieces that mean something to a reader, so that chance gets past the first line. */
const fragment = fc.oneof(
  fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    ' ',
    '\t',
    ':',
    ';',
    '"',
    '(',
    ')',
    '<',
    '>',
    '--',
    '--b',
    '--b--',
    '--c\r\n',
    '\r\n\r\n',
    'Content-Type: multipart/mixed; boundary=b\r\n',
    'Content-Type: multipart/digest; boundary="c"\r\n',
    'Content-Type: text/html; charset=utf-8\r\n',
    'Content-Type: text/plain; format=flowed\r\n',
    'Content-Transfer-Encoding: base64\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n',
    'Content-Transfer-Encoding: x-uuencode\r\n',
    'Content-Disposition: attachment; filename*0*=',
    "utf-8''%C3%A4",
    'Content-ID: <a@b>\r\n',
    'From: ',
    'To: ',
    'Date: Mon, 5 Jan 2026 10:20:30 +0000\r\n',
    'Subject: =?utf-8?Q?=C3=A4?=\r\n',
    '=?iso-2022-jp?B?',
    '?=',
    '=\r\n',
    '=3D',
    'begin 644 x\r\n',
    '<a href="https://x.test/">',
    'code 123456',
    '__proto__',
  ),
  fc.string({ maxLength: 8 }),
  fc.uint8Array({ maxLength: 8 }),
);

const octets = fc
  .array(fragment, { maxLength: 60 })
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))));

test('octets of any kind are read', () => {
  fc.assert(
    fc.property(octets, (raw) => {
      const message = readMessage(raw);
      const { text, html } = bodyText(raw, message, { maxBytes: 40 });
      expect(bodyWords(raw, message).snippet.length).toBeLessThanOrEqual(200);
      expect(typeof bodyWords(raw, message).indexText).toBe('string');
      findProblems(raw, message, { bareLfCount: 1, bareCrCount: 1, via: null });
      findCodesAndLinks({ subject: message.subject, text, html });
      expectNested(message.root, { start: 0, end: raw.length });
      for (const part of allParts(message)) {
        expect(decodePart(raw, part).length).toBeLessThanOrEqual(part.bodyEnd - part.bodyStart);
        expect(typeof partText(raw, part)).toBe('string');
      }
    }),
    { numRuns: 1_500 },
  );
});

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Siblings follow one another, children lie inside the body of their container. */
function expectNested(part: Part, { start, end }: Range): void {
  expect(part.headerStart).toBeGreaterThanOrEqual(start);
  expect(part.bodyStart).toBeGreaterThanOrEqual(part.headerStart);
  expect(part.bodyEnd).toBeGreaterThanOrEqual(part.bodyStart);
  expect(part.bodyEnd).toBeLessThanOrEqual(end);
  let from = part.bodyStart;
  for (const child of part.children) {
    expectNested(child, { start: from, end: part.bodyEnd });
    from = child.bodyEnd;
  }
}

test('the same octets are read the same from any memory', () => {
  fc.assert(
    fc.property(octets, (raw) => {
      const elsewhere = new Uint8Array(raw.length + 7).subarray(3, raw.length + 3);
      elsewhere.set(raw);
      expect(readMessage(elsewhere)).toEqual(readMessage(raw));
    }),
    { numRuns: 200 },
  );
});

const content = fc.uint8Array({ maxLength: 400 });

test.each([
  ['base64', base64Lines],
  ['quoted-printable', quotedPrintable],
  ['binary', (octets: Uint8Array) => Buffer.from(octets)],
] as const)('RFC 2045 §6: what %s encodes, decodes to the same octets', (encoding, encode) => {
  fc.assert(
    fc.property(content, (wanted) => {
      const head = `Content-Type: application/x\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
      const raw = Buffer.concat([Buffer.from(head), Buffer.from(encode(wanted) as string)]);
      const { root } = readMessage(raw);
      expect(Buffer.from(decodePart(raw, root))).toEqual(Buffer.from(wanted));
    }),
  );
});

test('RFC 2045 §6.8: garbage between the digits of base64 changes nothing', () => {
  const garbage = fc.constantFrom('', '\r\n', ' ', '!', '-', '_', '\0', '\xff', '*\n');
  fc.assert(
    fc.property(content, fc.array(garbage, { minLength: 1, maxLength: 20 }), (wanted, noise) => {
      const encoded = Buffer.from(wanted).toString('base64');
      const dirty = [...encoded].map((digit, i) => digit + noise[i % noise.length]).join('');
      expect(decodeBase64(Buffer.from(dirty, 'latin1'))).toEqual(Buffer.from(wanted));
    }),
  );
});

test('RFC 2046 §5.1: parts of a multipart come back octet for octet', () => {
  const parts = fc.array(content, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(parts, (wanted) => {
      const boundary = 'a boundary that chance does not make';
      const head = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`;
      const pieces = wanted.flatMap((body) => [
        Buffer.from(`--${boundary}\r\nContent-Type: application/x\r\n\r\n`),
        Buffer.from(body),
        Buffer.from('\r\n'),
      ]);
      const raw = Buffer.concat([Buffer.from(head), ...pieces, Buffer.from(`--${boundary}--`)]);
      const { root, problems } = readMessage(raw);
      const read = root.children.map((part) => Buffer.from(decodePart(raw, part)));
      expect(read).toEqual(wanted.map((body) => Buffer.from(body)));
      expect(problems).toEqual([]);
    }),
  );
});

test('parsers of text take any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(typeof decodeEncodedWords(text)).toBe('string');
      expect(typeof htmlToText(text)).toBe('string');
      expect(parseParameterized(text).parameters).toBeInstanceOf(Map);
      const date = parseDate(text);
      expect(date === null || Number.isFinite(date.ms)).toBe(true);
    }),
  );
});
