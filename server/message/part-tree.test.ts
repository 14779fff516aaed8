import { expect, test } from 'vitest';
import { bareIdentifier } from './part-facts.ts';
import { readPartTree } from './part-tree.ts';
import type { Part } from './types.ts';

const crlf = '\r\n';

function read(lines: readonly string[]) {
  const bytes = Buffer.from(lines.join(crlf));
  const tree = readPartTree(bytes);
  return {
    ...tree,
    lines: outline(tree.root, bytes),
    codes: tree.problems.map(({ code }) => code),
  };
}

/** Each part as `path type role: body`, containers without their body. */
function outline(part: Part, bytes: Buffer): string[] {
  const body = bytes.toString('utf8', part.bodyStart, part.bodyEnd).replaceAll(crlf, '|');
  const shown = part.role === 'container' ? '' : `: ${body}`;
  const line = `${part.path} ${part.mediaType} ${part.role}${shown}`.trim();
  return [line, ...part.children.flatMap((child) => outline(child, bytes))];
}

const mixed = (boundary: string) => [`Content-Type: multipart/mixed; boundary=${boundary}`, ''];

test('RFC 2046 §5.1.1: the line break before a delimiter belongs to the delimiter', () => {
  const { lines, codes } = read([
    ...mixed('b'),
    'preamble',
    '--b',
    '',
    'one',
    '',
    '--b  ',
    'Content-Type: text/html',
    '',
    'two',
    '--b--',
    'epilogue',
    '--b',
    'not a part',
  ]);
  expect(lines).toEqual([
    'multipart/mixed container',
    '1 text/plain text: one|',
    '2 text/html html: two',
  ]);
  expect(codes).toEqual([]);
});

test('RFC 9051 §6.4.5: parts are numbered from 1 at each level', () => {
  const { lines } = read([
    ...mixed('a'),
    '--a',
    ...mixed('b'),
    '--b',
    '',
    'x',
    '--b',
    '',
    'y',
    '--b--',
    '--a',
    '',
    'z',
    '--a--',
  ]);
  expect(lines).toEqual([
    'multipart/mixed container',
    '1 multipart/mixed container',
    '1.1 text/plain text: x',
    '1.2 text/plain text: y',
    '2 text/plain text: z',
  ]);
});

test('an outer delimiter closes what is open inside it', () => {
  const { lines, codes, problems } = read([
    ...mixed('a'),
    '--a',
    ...mixed('b'),
    '--b',
    '',
    'x',
    '--a',
    '',
    'y',
    '--a--',
  ]);
  expect(lines.slice(1)).toEqual([
    '1 multipart/mixed container',
    '1.1 text/plain text: x',
    '2 text/plain text: y',
  ]);
  expect(codes).toEqual(['unclosed-multipart']);
  expect(problems[0]?.where).toBe('part 1');
});

test('a container inside a container may use the same boundary, though it must not', () => {
  const { lines } = read([
    ...mixed('b'),
    '--b',
    ...mixed('b'),
    '--b',
    '',
    'x',
    '--b--',
    '--b',
    '',
    'y',
    '--b--',
  ]);
  expect(lines.slice(1)).toEqual([
    '1 multipart/mixed container',
    '1.1 text/plain text: x',
    '2 text/plain text: y',
  ]);
});

test.each([
  ['--bb', 'a longer boundary'],
  ['--b-', 'half an end'],
  [' --b', 'an indented delimiter'],
  ['--B', 'another case'],
  ['x--b', 'a delimiter inside a line'],
  ['--b x', 'text behind it'],
])('%j is no delimiter: %s', (line) => {
  const { lines } = read([...mixed('b'), '--b', '', 'x', line, 'y', '--b--']);
  expect(lines.slice(1)).toEqual([`1 text/plain text: x|${line}|y`]);
});

test('a part whose header is cut off by a delimiter is empty', () => {
  const { lines } = read([...mixed('b'), '--b', 'Content-Type: text/html', '--b', '--b--']);
  expect(lines.slice(1)).toEqual(['1 text/html html:', '2 text/plain text:']);
});

test('a container does not end before an empty part in it', () => {
  const { root } = read([...mixed('a'), '--a', ...mixed('b'), '--b', '', '--a--']);
  const [inner] = root.children;
  expect(inner?.children[0]?.bodyEnd).toBe(inner?.bodyEnd);
});

test('RFC 2046 §5.1.5: parts of a digest are messages, and messages are not entered', () => {
  const inner = [...mixed('c'), '--c', '', 'inner', '--c--'];
  const { lines } = read([
    'Content-Type: multipart/digest; boundary=b',
    '',
    '--b',
    '',
    ...inner,
    '--b--',
  ]);
  expect(lines.slice(1)).toEqual([`1 message/rfc822 attachment: ${inner.join('|')}`]);
});

test.each([
  [['Content-Type: multipart/mixed', ''], 'missing-boundary'],
  [['Content-Type: multipart/mixed; boundary=" "', ''], 'missing-boundary'],
  [mixed('never'), 'boundary-not-found'],
])('a multipart that cannot be taken apart is shown as text: %s', (header, code) => {
  const { lines, codes } = read([...header, '--b', '', 'x', '--b--']);
  expect(lines).toEqual(['multipart/mixed text: --b||x|--b--']);
  expect(codes).toEqual([code]);
});

test.each<[string[], string]>([
  [[], 'text/plain text'],
  [['Content-Type: text/html'], 'text/html html'],
  [['Content-Type: text/html', 'Content-Disposition: inline; filename=a.html'], 'text/html html'],
  [['Content-Type: text/plain; name=a.txt'], 'text/plain text'],
  [['Content-Disposition: attachment'], 'text/plain attachment'],
  // RFC 2183 §2.8: what is not known is an attachment
  [['Content-Disposition: something'], 'text/plain attachment'],
  [['Content-Disposition: ; filename=a.txt'], 'text/plain text'],
  [['Content-Type: text/csv'], 'text/csv attachment'],
  [['Content-Type: image/png', 'Content-ID: <a>'], 'image/png inline'],
  [
    ['Content-Type: image/png', 'Content-ID: <a>', 'Content-Disposition: attachment'],
    'image/png attachment',
  ],
  [['Content-Type: image/png'], 'image/png attachment'],
  [['Content-Type: application/pdf', 'Content-Disposition: inline'], 'application/pdf attachment'],
  [['Content-Type: message/delivery-status'], 'message/delivery-status attachment'],
  [['Content-Type: text'], 'text/plain text'],
  [['Content-Type: text; name=a.bin'], 'application/octet-stream attachment'],
  [['Content-Type: TEXT / HTML'], 'text/html html'],
  [['Content-Type: text/html', 'Content-Type: text/plain'], 'text/html html'],
])('role in a multipart/related: %j', (fields, expected) => {
  const header = ['Content-Type: multipart/related; boundary=b', '', '--b'];
  const { root } = read([...header, ...fields, '', 'x', '--b--']);
  expect(root.children.map(({ mediaType, role }) => `${mediaType} ${role}`)).toEqual([expected]);
});

test('what the fields of a part say', () => {
  const { root } = read([
    'Content-Type: application/pdf; name="type.pdf"',
    'Content-Disposition: attachment; filename="a\r\n b.pdf"',
    'Content-Transfer-Encoding: (x) "BASE64" ; y',
    'Content-ID:  < id@x > ',
    '',
    '',
  ]);
  expect(root).toMatchObject({
    fileName: 'a b.pdf',
    transferEncoding: 'base64',
    contentId: 'id@x',
    disposition: 'attachment',
    parameters: { name: 'type.pdf' },
  });
});

test.each([
  ['<a@b>', 'a@b'],
  ['(c) <a@b> x', 'a@b'],
  ['a@b', 'a@b'],
  ['<a@b', 'a@b'],
  ['<>', ''],
])('the identifier in %j is %j', (text, bare) => {
  expect(bareIdentifier(text)).toBe(bare);
});
