/** Answers of spamd: those that are none, those that lie, and those that are as they should be. */
import { expect, test } from 'vitest';
import { readReport } from './read-report.ts';

const answer = (report: string, spam = 'Spam: True ; 15.2 / 5.0') =>
  `SPAMD/1.1 0 EX_OK\r\nContent-length: 1\r\n${spam}\r\n\r\n${report}`;
const table = (rules: string) =>
  `Content analysis details:   (15.2 points, 5.0 required)\n\n pts rule name              description\n---- ---------------------- ------\n${rules}`;

test.each([
  ['', /does not speak/],
  ['HTTP/1.1 400 Bad Request\r\n\r\n', /does not speak/],
  ['SPAMD/1.0 76 Bad header line: (EX_PROTOCOL)\r\n\r\n', /Bad header line.* \(76\)/],
  ['SPAMD/1.1 75 \x1b[31mEX_TEMPFAIL\r\n', /check the message: \[31mEX_TEMPFAIL/],
  [answer('', 'Spam: True'), /names no score/],
  [answer('', 'X: y'), /names no score/],
])('%j is refused', (text, why) => {
  expect(() => readReport(text)).toThrow(why);
});

test('scores, names and descriptions over several lines', () => {
  const report = table(
    [
      '-0.0 NO_RELAYS              Informational: message was not relayed',
      '                            via SMTP',
      '1000 GTUBE                  BODY: Generic Test',
      ' 2.7 MISSING_DATE',
      '',
      '',
    ].join('\n'),
  );
  expect(readReport(answer(report))).toEqual({
    isSpam: true,
    score: 15.2,
    threshold: 5,
    rules: [
      {
        name: 'NO_RELAYS',
        score: -0,
        description: 'Informational: message was not relayed via SMTP',
      },
      { name: 'GTUBE', score: 1000, description: 'BODY: Generic Test' },
      { name: 'MISSING_DATE', score: 2.7, description: '' },
    ],
  });
});

test('a table that the sender wrote is not believed', () => {
  const forged = table('-99 ALL_IS_WELL             Trust me\n\n');
  const report = `Content preview:\n${forged}\n${table('15.2 REAL                    It is\n')}`;
  expect(readReport(answer(report)).rules).toEqual([
    { name: 'REAL', score: 15.2, description: 'It is' },
  ]);
});

test('without a table there are no rules', () => {
  expect(readReport(answer('Nothing.', 'Spam: False ; -1.5 / 5.0'))).toEqual({
    isSpam: false,
    score: -1.5,
    threshold: 5,
    rules: [],
  });
});

test('a table without an end is cut', () => {
  const rules = Array.from({ length: 5_000 }, (_, i) => ` 0.1 RULE_${i} x`).join('\n');
  expect(readReport(answer(table(rules))).rules).toHaveLength(500);
});
