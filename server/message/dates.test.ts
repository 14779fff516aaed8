import { expect, test } from 'vitest';
import { parseDate } from './dates.ts';

/** The corpus has the forms; here is which of them are current, and what is refused. */
test.each([
  ['Fri, 21 Nov 1997 09:55:06 -0600', true],
  ['21 Nov 1997 09:55 -0600', true],
  ['Fri, 21 Nov 1997 09:55:06 GMT', false],
  ['Fri, 21 Nov 1997 09:55:06', false],
  ['Fri, 21 Nov 97 09:55:06 -0600', false],
  ['Fri, 21 Nov 1997 09(comment):55:06 -0600', false],
  ['Fri, 21-Nov-1997 09:55:06 -0600', true],
  ['1997-11-21T15:55:06Z', false],
])('%s: current form %s', (text, current) => {
  expect(parseDate(text)).toMatchObject({ current });
});

test.each([
  ['Fri, 21 Nov 97 09:55:06 A', '1997-11-21T09:55:06.000Z'],
  ['21 Nov 103 09:55:06 -0000', '2003-11-21T09:55:06.000Z'],
  ['21 November 1997 09:55:06 +0000', '1997-11-21T09:55:06.000Z'],
  ['21 Nov 1997 09:55:06 CEST', '1997-11-21T09:55:06.000Z'],
  ['21 Nov 1997 23:59:60 +0000', '1997-11-22T00:00:00.000Z'],
  ['Tue, 21 Nov 1997 09:55:06 GMT+0100', '1997-11-21T08:55:06.000Z'],
])('RFC 5322 §4.3: %s is %s', (text, iso) => {
  expect(new Date(parseDate(text)?.ms ?? 0).toISOString()).toBe(iso);
});

test.each([
  '',
  'now',
  '0',
  '1997',
  '21 Nov 1997',
  '30 Feb 2024 00:00:00 +0000',
  '29 Feb 2023 00:00:00 +0000',
  '0 Jan 2024 00:00:00 +0000',
  '1 Jan 2024 24:00:00 +0000',
  '1 Jan 2024 00:60:00 +0000',
  '1 Jan 2024 00:00:61 +0000',
  '1 Jan 2024 00:00:00 +9900',
  '1 2 2024 00:00:00 +0000',
  '1 Jan 2 2024 00:00:00 +0000',
  '1 Jan 12024 00:00:00 +0000',
  'Mon, 5 Jan 2026 at 10:20:30 +0000',
  '2026-13-01T00:00:00Z',
  `${'x'.repeat(500)} 1 Jan 2024 00:00:00 +0000`,
])('%j is no date', (text) => {
  expect(parseDate(text)).toBeNull();
});
