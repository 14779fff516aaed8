/** Every problem of the catalogue has a message that has it, and a message next to it that has not. */
import { afterAll, expect, test } from 'vitest';
import type { WireFacts } from '../../db/types.ts';
import { type ProblemCode, problemCatalogue } from './problem-catalogue.ts';
import { countProblems, findProblems } from './problems.ts';
import { readMessage } from './read-message.ts';
import type { Problem } from './types.ts';

const clean: WireFacts = { bareLfCount: 0, bareCrCount: 0, via: 'DATA' };

const good = [
  'Date: Mon, 5 Jan 2026 10:20:30 +0000',
  'From: Ann <ann@example.test>',
  'To: Ben <ben@example.test>',
  'Message-ID: <1@example.test>',
  'Subject: Hello',
  'MIME-Version: 1.0',
];

interface Draft {
  /** Fields that replace those of the same name, or are added. */
  readonly fields?: readonly string[];
  /** Names of fields left out. */
  readonly without?: readonly string[];
  /** One character for each octet. */
  readonly body?: string;
  readonly wire?: WireFacts;
}

function problemsOf({ fields = [], without = [], body = 'body', wire = clean }: Draft): Problem[] {
  const nameOf = (field: string) => field.slice(0, Math.max(0, field.indexOf(':'))).toLowerCase();
  const replaced = new Set([...fields.map(nameOf), ...without.map((name) => name.toLowerCase())]);
  const header = [...good.filter((field) => !replaced.has(nameOf(field))), ...fields];
  const raw = Buffer.from(`${header.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  return findProblems(raw, readMessage(raw), wire);
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1');
const plain = 'Content-Type: text/plain; charset=utf-8';
const mixed = 'Content-Type: multipart/mixed; boundary=b';
const parts = (...each: string[]) =>
  [...each.map((part) => `--b\r\n${part}\r\n`), '--b--\r\n'].join('');

const seen = new Set<string>();

test.each<[ProblemCode, Draft, string | null]>([
  ['bare-lf', { wire: { ...clean, bareLfCount: 3 } }, '3 times'],
  ['bare-cr', { wire: { ...clean, bareCrCount: 1 } }, 'once'],
  ['line-too-long', { body: `a\r\n${'x'.repeat(999)}` }, 'line 9'],
  ['line-over-78', { body: `a\r\n${'x'.repeat(79)}` }, 'line 9'],
  ['nul-octet', { body: 'a\0b' }, 'octet 164'],
  ['missing-date', { without: ['Date'] }, null],
  ['unreadable-date', { fields: ['Date: yesterday'] }, null],
  ['obsolete-date', { fields: ['Date: Mon, 5 Jan 26 10:20:30 GMT'] }, null],
  ['missing-from', { without: ['From'] }, null],
  ['several-from-without-sender', { fields: ['From: a@x.test, b@x.test'] }, null],
  ['missing-message-id', { without: ['Message-ID'] }, null],
  ['malformed-message-id', { fields: ['Message-ID: 1@example.test'] }, null],
  ['malformed-message-id', { fields: ['Message-ID: <no at sign>'] }, null],
  ['duplicate-field', { fields: ['Subject: a', 'subject: b'] }, 'subject'],
  ['empty-subject', { fields: ['Subject:  '] }, null],
  ['empty-subject', { without: ['Subject'] }, null],
  ['unreadable-address', { fields: ['To: somebody'] }, 'To'],
  ['unreadable-address', { fields: ['Cc: a@, b@x.test'] }, 'Cc'],
  ['unreadable-address', { fields: ['From: Nobody <>'] }, 'From'],
  ['unreadable-address', { fields: ['From: a group:;'] }, 'From'],
  ['field-without-colon', { fields: ['this is no field', 'X: y'] }, null],
  ['header-8bit', { fields: [utf8('X-Name: Jörg')] }, 'X-Name'],
  ['header-8bit-unreadable', { fields: ['X-Name: J\xf6rg'] }, 'X-Name'],
  [
    'file-name-8bit',
    {
      fields: [mixed],
      body: parts(utf8('Content-Disposition: attachment; filename="ä.pdf"\r\n\r\nx')),
    },
    'Content-Disposition of part 1',
  ],
  ['header-too-large', { fields: Array.from({ length: 10_001 }, () => 'X: y') }, null],
  ['missing-mime-version', { without: ['MIME-Version'], fields: [plain] }, null],
  ['unreadable-content-type', { fields: ['Content-Type: text'] }, null],
  ['missing-boundary', { fields: ['Content-Type: multipart/mixed'] }, null],
  ['boundary-not-found', { fields: [mixed] }, null],
  ['unclosed-multipart', { fields: [mixed], body: '--b\r\n\r\nx' }, null],
  ['too-many-parts', { fields: [mixed], body: '--b\r\n\r\n\r\n'.repeat(10_001) }, 'part 10000'],
  [
    'nested-too-deeply',
    {
      fields: ['Content-Type: multipart/mixed; boundary=x'],
      body: Array.from({ length: 301 }, (_, i) => {
        const open = i === 0 ? '--x' : `--x${i}`;
        return `${open}\r\nContent-Type: multipart/mixed; boundary=x${i + 1}\r\n\r\n`;
      }).join(''),
    },
    `part ${Array.from({ length: 300 }, () => '1').join('.')}`,
  ],
  [
    'encoded-container',
    { fields: [mixed, 'Content-Transfer-Encoding: base64'], body: parts('\r\nx') },
    null,
  ],
  [
    'encoded-container',
    {
      fields: [mixed],
      body: parts(
        'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nA: b',
      ),
    },
    'part 1',
  ],
  [
    'duplicate-content-id',
    {
      fields: [mixed],
      body: parts(...Array.from({ length: 5 }, () => 'Content-ID: <a@b>\r\n\r\nx')),
    },
    'part 2, part 3, part 4 and 1 more',
  ],
  ['html-without-text', { fields: ['Content-Type: text/html; charset=utf-8'] }, null],
  ['body-8bit-undeclared', { fields: [plain], body: utf8('ä') }, null],
  ['unknown-transfer-encoding', { fields: ['Content-Transfer-Encoding: x-new'] }, null],
  ['broken-base64', { fields: ['Content-Transfer-Encoding: base64'], body: 'SGVs!bG8=' }, null],
  ['broken-base64', { fields: ['Content-Transfer-Encoding: base64'], body: 'SGVsbG8' }, null],
  ['broken-base64', { fields: ['Content-Transfer-Encoding: base64'], body: 'SGVsbG8=SGVs' }, null],
  [
    'broken-quoted-printable',
    { fields: ['Content-Transfer-Encoding: quoted-printable'], body: '1 = 1' },
    null,
  ],
  [
    'broken-quoted-printable',
    { fields: [plain, 'Content-Transfer-Encoding: quoted-printable'], body: utf8('ä') },
    null,
  ],
  ['unknown-charset', { fields: ['Content-Type: text/plain; charset=x-new'] }, null],
  ['charset-mismatch', { fields: [plain, 'Content-Transfer-Encoding: 8bit'], body: '\xe4' }, null],
  ['charset-mismatch', { fields: ['Content-Transfer-Encoding: 8bit'], body: utf8('ä') }, null],
  [
    'charset-mismatch',
    {
      fields: ['Content-Type: text/plain; charset=gb2312', 'Content-Transfer-Encoding: 8bit'],
      body: '\xff\xff\xff',
    },
    null,
  ],
])('%s %#', (code, draft, where) => {
  seen.add(code);
  const found = problemsOf(draft).find((problem) => problem.code === code);
  expect(found).toMatchObject({ ...problemCatalogue[code], where });
});

afterAll(() => {
  expect([...seen].sort()).toEqual(Object.keys(problemCatalogue).sort());
});

test.each<[string, Draft]>([
  ['plain text', {}],
  ['line ends of an import', { wire: { ...clean, via: null } }],
  ['declared UTF-8', { fields: [plain, 'Content-Transfer-Encoding: 8bit'], body: utf8('ä') }],
  [
    'quoted-printable',
    {
      fields: [plain, 'Content-Transfer-Encoding: quoted-printable'],
      body: '=C3=\r\n=A4=\t\r\n=3D=',
    },
  ],
  [
    'base64',
    { fields: [plain, 'Content-Transfer-Encoding: base64'], body: 'w6Q=\r\nw6Q='.slice(0, 4) },
  ],
  [
    'NUL in a binary part',
    { fields: ['Content-Type: image/x', 'Content-Transfer-Encoding: binary'], body: '\0' },
  ],
  ['lines of 78', { body: 'x'.repeat(78) }],
  ['two authors and a sender', { fields: ['From: a@x.test, b@x.test', 'Sender: a@x.test'] }],
  ['nobody named', { fields: ['To: undisclosed-recipients:;'] }],
  ['odd addresses', { fields: ['To: "a b"@x.test, a@[192.0.2.1], ü@x.test'.replace('ü', 'u')] }],
  ['many Received fields', { fields: ['Received: a; b', 'Received: c; d'] }],
  [
    'text and HTML',
    {
      fields: ['Content-Type: multipart/alternative; boundary=b'],
      body: parts(`${plain}\r\n\r\nx`, 'Content-Type: text/html; charset=utf-8\r\n\r\nx'),
    },
  ],
  [
    'a long UTF-8 text that is only checked in part',
    {
      fields: [plain, 'Content-Transfer-Encoding: 8bit'],
      body: utf8(`x${'ä\r\n'.repeat(300_000)}`),
    },
  ],
])('nothing is wrong with %s', (_, draft) => {
  expect(problemsOf(draft)).toEqual([]);
});

test('the worst comes first', () => {
  const severities = problemsOf({ without: ['Subject', 'Date', 'Message-ID'] }).map(
    (p) => p.severity,
  );
  expect(severities).toEqual(['error', 'warning', 'info']);
});

test('every entry is one sentence and names its clause', () => {
  for (const { text, source } of Object.values(problemCatalogue)) {
    expect(text).toMatch(/^[A-Z][^.]*(?:\.\d[^.]*)*\.$/);
    expect(source).toMatch(/^RFC \d+ §\d+(?:\.\d+)*$/);
  }
});

test('only errors and warnings are counted, all are found', () => {
  const long = 'x'.repeat(79);
  const text = `Subject: a\r\nSubject: b\r\n\r\n${long}\r\n`;
  const raw = Buffer.from(text);
  const message = readMessage(raw);
  const problems = findProblems(raw, message, clean);
  expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
    ['missing-date', 'error'],
    ['missing-from', 'error'],
    ['duplicate-field', 'error'],
    ['missing-message-id', 'warning'],
    ['line-over-78', 'info'],
  ]);
  expect(countProblems(raw, message, clean)).toBe(4);
});

test.each([
  { lines: [78, 78, 79, 998, 80], found: ['line-over-78 line 10'] },
  {
    lines: [998, 0, 999, 20, 1500],
    found: ['line-too-long line 10, line 12', 'line-over-78 line 8'],
  },
  { lines: [40, 40, 78, 77], found: [] },
])(
  'lines of $lines octets, ended by CRLF, by LF, and at the end by nothing',
  ({ lines, found }) => {
    for (const lineEnd of ['\r\n', '\n']) {
      const body = lines.map((octets) => 'x'.repeat(octets)).join(lineEnd);
      const about = problemsOf({ body });
      const named = about
        .filter(({ code }) => code.startsWith('line-'))
        .map(({ code, where }) => `${code} ${where}`);
      expect(named).toEqual(found);
    }
  },
);
