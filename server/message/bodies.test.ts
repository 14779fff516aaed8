import { expect, test } from 'vitest';
import {
  attachments,
  bodyText,
  decodePart,
  findByContentId,
  findPart,
  inlineParts,
  partText,
} from './bodies.ts';
import { bodyWords } from './body-words.ts';
import { readMessage } from './read-message.ts';

function read(message: string) {
  const raw = Buffer.from(message.replaceAll('\n', '\r\n'));
  return { raw, message: readMessage(raw) };
}

const sample = `Subject: s
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8

Grüße
--a
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<style>p{}</style><p>Gr=C3=BC=C3=9Fe =
&amp; mehr</p>
--a--
--r
Content-Type: image/png; name="logo.png"
Content-Transfer-Encoding: base64
Content-ID: <logo%1@x>

iVBORw==
--r--
--m
Content-Type: application/pdf; name="Bericht.pdf"

pdf
--m
Content-Type: text/plain

Fuß
--m--
`;

test('bodies, attachments and inline parts of one message', () => {
  const { raw, message } = read(sample);
  expect(bodyText(raw, message, { maxBytes: 1000 })).toEqual({
    text: 'Grüße\nFuß',
    html: '<style>p{}</style><p>Grüße &amp; mehr</p>',
    textTruncated: false,
    htmlTruncated: false,
  });
  expect(attachments(message).map(({ path }) => path)).toEqual(['2']);
  expect(inlineParts(message).map(({ path }) => path)).toEqual(['1.2']);
  expect(bodyWords(raw, message).snippet).toBe('Grüße Fuß');
  expect(bodyWords(raw, message).indexText).toBe('Grüße\nFuß\nGrüße & mehr\nlogo.png\nBericht.pdf');
});

test.each([
  ['', 'multipart/mixed'],
  ['1', 'multipart/related'],
  ['1.1.2', 'text/html'],
  ['1.2', 'image/png'],
  ['3', 'text/plain'],
])('the part at %j is %s', (path, mediaType) => {
  expect(findPart(read(sample).message, path)?.mediaType).toBe(mediaType);
});

test.each(['4', '1.1.3', '01', '1.', '../1', '__proto__'])('there is no part at %j', (path) => {
  expect(findPart(read(sample).message, path)).toBeNull();
});

test('RFC 9051 §6.4.5: the only body of a message is part 1', () => {
  const { message } = read('Subject: s\n\nbody');
  expect(findPart(message, '1')).toBe(message.root);
});

test.each(['logo%1@x', '<logo%1@x>', 'cid:logo%1@x', 'cid:logo%251@x'])(
  'RFC 2392 §2: %j finds the image',
  (contentId) => {
    expect(findByContentId(read(sample).message, contentId)?.path).toBe('1.2');
  },
);

test.each(['', 'logo', '.*', '%'])('%j finds nothing', (contentId) => {
  expect(findByContentId(read(sample).message, contentId)).toBeNull();
});

test('a part decoded, as octets and as text', () => {
  const { raw, message } = read(sample);
  const image = findPart(message, '1.2');
  const rich = findPart(message, '1.1.2');
  expect(image && Buffer.from(decodePart(raw, image))).toEqual(Buffer.from('89504e47', 'hex'));
  expect(rich && partText(raw, rich)).toBe('<style>p{}</style><p>Grüße &amp; mehr</p>');
});

test.each([
  ['8bit', 'ä'.repeat(100), 9, 'ääää', true],
  ['8bit', 'ä'.repeat(100), 8, 'ääää', true],
  ['8bit', 'a🎉', 4, 'a', true],
  ['8bit', 'abc', 3, 'abc', false],
  ['8bit', 'abc', 0, '', true],
  ['base64', Buffer.from('ä'.repeat(5000)).toString('base64'), 9, 'ääää', true],
  ['quoted-printable', '=C3=A4'.repeat(5000), 9, 'ääää', true],
] as const)(
  '%s text is cut between characters',
  (encoding, body, maxBytes, text, textTruncated) => {
    const type = 'Content-Type: text/plain; charset=utf-8';
    const { raw, message } = read(`${type}\nContent-Transfer-Encoding: ${encoding}\n\n${body}`);
    expect(bodyText(raw, message, { maxBytes })).toMatchObject({ text, textTruncated });
  },
);

test('a limit is one for all texts together', () => {
  const part = '--b\n\n12345\n';
  const { raw, message } = read(
    `Content-Type: multipart/mixed; boundary=b\n\n${part.repeat(3)}--b--`,
  );
  expect(bodyText(raw, message, { maxBytes: 7 })).toMatchObject({
    text: '12345\n12',
    textTruncated: true,
  });
  expect(bodyText(raw, message, { maxBytes: 15 })).toMatchObject({ textTruncated: false });
});

test('no body of a kind is null, an empty one is empty', () => {
  const { raw, message } = read('Subject: s\n\n');
  expect(bodyText(raw, message, { maxBytes: 9 })).toMatchObject({ text: '', html: null });
});

test.each([
  ['text/plain', ' a\n\n  b\t c ', 'a b c'],
  ['text/plain', `${'x'.repeat(199)}🎉`, 'x'.repeat(199)],
  ['text/plain', 'x'.repeat(500), 'x'.repeat(200)],
  [
    'text/html',
    '<style>x</style><p>Hi&nbsp;there</p>\n<p>&zwnj;&nbsp;&#847; you</p>',
    'Hi there you',
  ],
  ['text/html', `<style>${'x'.repeat(50_000)}</style>Hi`, 'Hi'],
  ['application/pdf', 'x', ''],
])('the snippet of %s %#', (type, body, wanted) => {
  const { raw, message } = read(`Content-Type: ${type}; charset=utf-8\n\n${body}`);
  expect(bodyWords(raw, message).snippet).toBe(wanted);
});

test('without a text, or with an empty one, the snippet comes from the HTML', () => {
  const { raw, message } = read(`Content-Type: multipart/alternative; boundary=b

--b

 \u0020
--b
Content-Type: text/html

<p>rich</p>
--b--`);
  expect(bodyWords(raw, message).snippet).toBe('rich');
});

test('the index has every word once it is in the text or in the HTML', () => {
  const { raw, message } = read(`Content-Type: multipart/alternative; boundary=b

--b

Hello World
--b
Content-Type: text/html

<p>hello, world!</p><p>hello again</p>
--b--`);
  expect(bodyWords(raw, message).indexText).toBe('Hello World\nhello again');
});
