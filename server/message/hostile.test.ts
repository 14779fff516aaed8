/**
 * Messages made to hurt (RFC 5322 sets no limit on most of this). Sizes are such that anything
 * that grows with the square of its input runs into the time-out of the test runner; what is
 * asserted is that each is read, and how.
 */
import { expect, test } from 'vitest';
import { allParts, bodyText, decodePart } from './bodies.ts';
import { bodyWords } from './body-words.ts';
import { findCodesAndLinks } from './codes-and-links.ts';
import { limits } from './limits.ts';
import { findProblems } from './problems.ts';
import { readMessage } from './read-message.ts';
import type { ReadMessage } from './types.ts';

const million = 1_000_000;
const wire = { bareLfCount: 0, bareCrCount: 0, via: 'DATA' } as const;

/** `unit` again and again; at this size the square is hours. */
function repeated(unit: string, size = million / 2): string {
  return unit.repeat(Math.ceil(size / unit.length));
}

function bytes(message: string): Buffer {
  return Buffer.from(message, 'latin1');
}

/** Everything that is ever done with a message. */
function readAll(message: string): ReadMessage {
  const raw = bytes(message);
  const read = readMessage(raw);
  const body = bodyText(raw, read, { maxBytes: 2 * million });
  expect(bodyWords(raw, read).snippet.length).toBeLessThanOrEqual(200);
  findProblems(raw, read, wire);
  findCodesAndLinks({ subject: read.subject, text: body.text, html: body.html });
  const inBounds = allParts(read).every(
    ({ headerStart, bodyStart, bodyEnd }) =>
      headerStart <= bodyStart && bodyStart <= bodyEnd && bodyEnd <= raw.length,
  );
  expect(inBounds).toBe(true);
  const largest = allParts(read).reduce((a, b) => (size(b) > size(a) ? b : a));
  decodePart(raw, largest);
  return read;
}

function size(part: { readonly bodyStart: number; readonly bodyEnd: number }): number {
  return part.bodyEnd - part.bodyStart;
}

const inSubject = [
  '=?',
  '?=',
  '=?=',
  '=?x?',
  '=?a?q?',
  '=?a?q?x',
  '=?utf-8?q?a?= ',
  '=?utf-8?b?YQ==?=',
  '=?iso-2022-jp?b?YQ==?= ',
  '=?u?q?a?==?v?q?a?=',
  '=?utf-8?q?a?=\r\n ',
];
test.each(inSubject)('half a megabyte of %j in the Subject', (unit) => {
  const read = readAll(`Subject: ${repeated(unit)}?=\r\nTo: a@b.test\r\n\r\nbody`);
  expect(read.to).toEqual([{ name: '', address: 'a@b.test' }]);
});

const inAddresses = [
  '(',
  '()',
  '"',
  '"a" ',
  '<',
  '@',
  ',',
  ':',
  ';',
  ' ',
  '\\',
  '[',
  'a@b,',
  'a@[',
  '@a,',
  '=?utf-8?q?a,b?=',
  '=?utf-8?q?a,b?= <a@b>,',
];
test.each(inAddresses)('half a megabyte of %j in To', (unit) => {
  const read = readAll(`To: ${repeated(unit)}\r\nSubject: s\r\n\r\nbody`);
  expect(read.subject).toBe('s');
  expect(read.to.length).toBeLessThanOrEqual(limits.mailboxesMax);
});

const inContentType = [
  '(',
  '(a)',
  '"',
  '"\\',
  ';',
  '=',
  ' ',
  '/',
  '*',
  "'",
  'a b ',
  '; a=b',
  '; a="',
  ';a==?',
  "; n*0*=''",
  '; boundary=',
];
test.each(inContentType)('half a megabyte of %j in Content-Type', (unit) => {
  const read = readAll(`Content-Type: text/plain; ${repeated(unit)}\r\nSubject: s\r\n\r\nbody`);
  expect(read.root.mediaType).toBe('text/plain');
});

test('a hundred thousand segments of one parameter, and of as many parameters', () => {
  const segments = Array.from({ length: 100_000 }, (_, i) => `n*${i}=b`).join(';');
  const parameters = Array.from({ length: 100_000 }, (_, i) => `n${i}*0=b`).join(';');
  readAll(`Content-Type: text/plain; ${segments}\r\n\r\nbody`);
  const read = readAll(`Content-Type: text/plain; ${parameters}\r\n\r\nbody`);
  expect(read.root.parameters.n99999).toBe('b');
});

test.each(['Date', 'Message-ID', 'Content-ID', 'Content-Transfer-Encoding', 'X-Tags'])(
  'half a megabyte of brackets in %s',
  (name) => {
    for (const unit of ['(', '()', '<', '<>', '1 ', 'a,']) {
      const read = readAll(`${name}: ${repeated(unit)}\r\nSubject: s\r\n\r\nbody`);
      expect(read.subject).toBe('s');
    }
  },
);

test('a header of 2 MB is read whole', () => {
  const read = readAll(`X-Long: ${repeated('a', 2 * million)}\r\nSubject: s\r\n\r\nbody`);
  expect(read.subject).toBe('s');
  expect(read.headerFields[0]?.value.length).toBe(2 * million);
  expect(read.problems).toEqual([]);
});

test('a header beyond the limit loses fields, not the body', () => {
  const raw = bytes(`Subject: s\r\n${repeated('X: y\r\n', limits.headerBytesMax)}\r\nbody`);
  const read = readMessage(raw);
  expect(read.subject).toBe('s');
  expect(read.headerFields.length).toBe(limits.headerFieldsMax);
  expect(read.problems.map(({ code }) => code)).toEqual(['header-too-large']);
  expect(bodyText(raw, read, { maxBytes: 100 }).text).toBe('body');
});

test('a hundred thousand fields', () => {
  const read = readAll(`Subject: s\r\n${'X: y\r\n'.repeat(100_000)}\r\nbody`);
  expect(read.subject).toBe('s');
  expect(read.headerFields.length).toBe(limits.headerFieldsMax);
});

test.each([
  '\r',
  '\n',
  ' ',
  '\0',
  '\xff',
  'a',
  ' \r\n',
  'a\r\n',
  'a :\r\n',
  ': \r\n',
  'a:\r\n b\r\n',
])('a message of nothing but %j', (unit) => {
  expect(allParts(readAll(repeated(unit))).length).toBe(1);
});

function nested(levels: number): string {
  let message = '';
  for (let i = 0; i < levels; i++) {
    message += `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`;
  }
  return `${message}Content-Type: text/plain\r\n\r\ndeep`;
}

test('256 levels of multipart are read to the bottom', () => {
  const raw = bytes(nested(256));
  const read = readAll(nested(256));
  expect(bodyText(raw, read, { maxBytes: 100 }).text).toBe('deep');
});

test('levels beyond the limit are one opaque part', () => {
  const read = readAll(nested(40_000));
  const parts = allParts(read);
  expect(parts.length).toBe(limits.nestingLevelsMax + 1);
  expect(parts.at(-1)?.role).toBe('attachment');
  expect(read.problems.map(({ code }) => code)).toContain('nested-too-deeply');
});

test('ten thousand parts; what comes after the limit is one opaque part', () => {
  const message = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(20_000)}`;
  const read = readAll(message);
  const last = read.root.children.at(-1);
  expect(allParts(read).length).toBe(limits.partsMax + 1);
  expect(last).toMatchObject({ role: 'attachment', mediaType: 'application/octet-stream' });
  expect(last?.bodyEnd).toBe(message.length);
  expect(read.problems.map(({ code }) => code)).toEqual(['too-many-parts']);
});

const inMultipart = [
  '-',
  '--\r\n',
  '-\n-',
  '--b\r\n',
  '--b--\r\n',
  '--bb\r\n',
  '--b\r\nA: b\r\n',
  '--b\r\n--c\r\n',
  `--${'x'.repeat(990)}\r\n`,
  `--b${' '.repeat(900)}x\r\n`,
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n',
];
test.each(inMultipart)('a megabyte of %j in a multipart', (unit) => {
  const body = repeated(unit, million);
  const read = readAll(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${body}`);
  expect(read.root.children.length).toBeLessThanOrEqual(limits.partsMax);
});

test.each([
  ['base64', 'A='],
  ['base64', '-'],
  ['base64', '====\r\n'],
  ['quoted-printable', '='],
  ['quoted-printable', '=\r\n'],
  ['quoted-printable', ' '],
  ['quoted-printable', ' \t=\r\n'],
  ['x-uuencode', 'begin '],
  ['x-uuencode', 'begin 644 x\n`\n'],
  ['x-unheard-of', 'x'],
])('a megabyte of %s: %j', (encoding, unit) => {
  const body = repeated(unit, million);
  const read = readAll(`Content-Transfer-Encoding: ${encoding}\r\n\r\n${body}`);
  expect(read.root.role).toBe('text');
});

test.each([
  '<',
  '<a ',
  '<a href="',
  "<a href='https://x",
  '<!--',
  '<!',
  '<style>',
  '<head>',
  '<svg></svg ',
  '&',
  '&#65;',
  '&aaaaaaaaa',
  '<p> ',
  ' ',
  '\n',
  '>',
])('half a megabyte of %j as HTML', (unit) => {
  expect(readAll(`Content-Type: text/html\r\n\r\n${repeated(unit)}`).root.role).toBe('html');
});

test.each([
  '> ',
  '>',
  'a \r\n',
  '> a \r\n',
  'https://',
  'https://a/)',
  'code 123456 ',
  'code',
  '1234-',
])('half a megabyte of %j as flowed text', (unit) => {
  const type = 'Content-Type: text/plain; format=flowed; delsp=yes';
  expect(readAll(`${type}\r\n\r\n${repeated(unit)}`).root.role).toBe('text');
});

test.each(['utf-7', 'utf-16', 'iso-2022-jp', 'gb18030', 'big5', 'euc-jp', 'hex', '__proto__'])(
  'noise in %s',
  (charset) => {
    for (const unit of ['+AAAA', '\xd8\0', '\x1b$B', '\x81\x30', '\x88']) {
      readAll(
        `Content-Type: text/plain; charset=${charset}\r\n\r\n${repeated(unit, million / 10)}`,
      );
    }
    const read = readAll(`Content-Type: text/plain; charset=${charset}\r\n\r\nplain`);
    expect(read.root.parameters.charset).toBe(charset);
  },
);

test('names that JavaScript objects have are data like any other', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
  const fields = names.map((name) => `${name}: 1\r\n`).join('');
  const parameters = names.map((name) => `; ${name}=2; ${name}*0=3`).join('');
  const read = readAll(`${fields}Content-Type: text/plain${parameters}\r\n\r\nbody`);
  expect(read.headerFields.slice(0, 5).map(({ name }) => name)).toEqual(names);
  expect(Object.getPrototypeOf(read.root.parameters)).toBeNull();
  expect(Object.keys(read.root.parameters)).toEqual(names.map((name) => name.toLowerCase()));
});
