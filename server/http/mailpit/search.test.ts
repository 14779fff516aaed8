/**
 * The search language of Mailpit over real messages: what its filters find is found here, but a
 * whole address is no piece of another one, and `%` and `_` are themselves.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailFixture, startMail } from '../../testing/mail-fixture.ts';
import { parseMoment } from './moments.ts';
import { parseSearch } from './search.ts';
import type { MessagesSummaryShape } from './shapes.ts';

let mail: MailFixture;
beforeAll(async () => {
  mail = await startMail();
  const png = { filename: 'holiday-photo.png', content: Buffer.from('x') };
  const sent = [
    {
      from: 'Alice Wonder <alice@example.test>',
      to: 'Bob Builder <bob@example.test>',
      subject: 'Welcome to the Übung: 100% of it_all',
      text: 'Your parcel number is AB-12/34. Tomorrow never knows.',
      headers: { 'X-Tags': 'Blue Sky', 'Message-ID': '<first.one@mail.example.test>' },
    },
    {
      from: 'carol@other.test',
      to: 'jacob@example.test',
      cc: 'Dave <dave@example.test>',
      bcc: 'hidden.person@example.test',
      replyTo: 'desk@example.test',
      subject: 'Second to none',
      html: '<p>Only <b>hyper</b>text</p><img src="cid:pic">',
      attachments: [{ ...png, cid: 'pic' }],
    },
    {
      from: 'bob@example.test.au',
      to: 'list@example.test',
      subject: 'Third',
      text: `Plain. ${'long '.repeat(1_000)}`,
      attachments: [png],
    },
  ];
  const ids: string[] = [];
  for (const message of sent) ids.push(await mail.send(message));
  await mail.storage.markRead({ kind: 'ids', ids: ids.slice(0, 1) }, true);
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

async function find(query: string, timeZone = ''): Promise<string> {
  const search = new URLSearchParams({ query, tz: timeZone });
  const answer = await fetch(`${mail.url}/api/v1/search?${search}`);
  expect(answer.status).toBe(200);
  const { messages } = (await answer.json()) as MessagesSummaryShape;
  return messages
    .map(
      ({ Subject }) => ['Welcome', 'Second', 'Third'].findIndex((w) => Subject.startsWith(w)) + 1,
    )
    .sort()
    .join(' ');
}

describe('what is found', () => {
  test.each([
    // Words, pieces of words, several in a row, and none of the signs between them.
    ['welcome', '1'],
    ['elcom', '1'],
    ['"arcel num"', '1'],
    ['"number parcel"', ''],
    ['parcel tomorrow', '1'],
    ['AB-12/34', '1'],
    ['"never knows."', '1'],
    ['übung', '1'],
    ['ÜBUNG', '1'],
    ['hypertext', '2'],
    ['yper', '2'],
    ['photo', '2 3'],
    ['alice@exam', '1'],
    ['parcel -', '1'],
    ['parcel & "!!"', '1'],
    ['http://nowhere', ''],
    // Not.
    ['-welcome', '2 3'],
    ['!welcome', '2 3'],
    ['-"arcel num" -third', '2'],
    ['-from:alice@example.test', '2 3'],
    // Addresses: whole ones exactly, pieces anywhere.
    ['to:bob@example.test', '1'],
    ['to:BOB@EXAMPLE.TEST', '1'],
    ['to:"<bob@example.test>"', '1'],
    ['from:bob@example.test', ''],
    ['from:bob@example', '3'],
    ['to:@example.test', '1 2 3'],
    ['from:@example.test', '1'],
    ['to:cob@example.test', ''],
    ['to:bob@example', '1'],
    ['to:acob', '2'],
    ['to:builder', '1'],
    ['to:"Bob Build"', '1'],
    ['from:example', '1 3'],
    ['cc:dave', '2'],
    ['cc:dave@example.test', '2'],
    ['bcc:hidden.person@example.test', '2'],
    ['bcc:idden.per', '2'],
    ['bcc:dave', ''],
    ['-bcc:hidden', '1 3'],
    ['reply-to:desk@example.test', '2'],
    ['reply-to:des', '2'],
    ['addressed:desk@example.test', '2'],
    ['addressed:hidden.person@example.test', '2'],
    ['addressed:alice', '1'],
    ['addressed:bob@example.test', '1'],
    // Subject and Message-ID as they stand.
    ['subject:elcome', '1'],
    ['subject:"to the"', '1'],
    ['subject:"the welcome"', ''],
    ['subject:100%', '1'],
    ['subject:%', '1'],
    ['subject:_', '1'],
    ['subject:w%e', ''],
    ['subject:it_all', '1'],
    ['subject:itXall', ''],
    ['subject:übung', '1'],
    ['subject:ÜBUNG', '1'],
    ['message-id:first.one@mail.example.test', '1'],
    ['message-id:rst.on', '1'],
    ['message-id:<first.one@mail.example.test>', '1'],
    // State, content, tags.
    ['is:read', '1'],
    ['is:unread', '2 3'],
    ['-is:read', '2 3'],
    ['is:tagged', '1'],
    ['!is:tagged', '2 3'],
    ['tag:"blue sky"', '1'],
    ['"tag:Blue Sky"', '1'],
    ['tag:blue', ''],
    ['has:attachment', '3'],
    ['has:attachments', '3'],
    ['has:inline', '2'],
    ['has:inlines', '2'],
    ['-has:inline', '1 3'],
    // Times and sizes.
    ['after:2020-01-01', '1 2 3'],
    ['before:2020-01-01', ''],
    ['-after:2020-01-01', ''],
    ['before:"Jan 5, 2124"', '1 2 3'],
    ['larger:5k', '3'],
    ['smaller:5kb', '1 2'],
    ['-larger:5k', '1 2'],
    ['larger:0.01M', ''],
    ['larger:life', ''],
    // All of it together, upper case, no space too many.
    ['  IS:UNREAD   TO:@example.test  -SUBJECT:third ', '2'],
  ])('%s', async (query, expected) => {
    expect(await find(query)).toBe(expected);
  });
});

describe('what is refused', () => {
  test.each([
    ['to:', '"to:" is followed by nothing'],
    ['-cc:""', '"cc:" is followed by nothing'],
    ['subject: welcome', '"subject:" is followed by nothing'],
    ['after:soon', '"after:" needs a date, not "soon"'],
    ['before:2026-02-31', '"before:" needs a date'],
    [' ', 'no search query'],
    ['-- !! ()', 'no search query'],
    ['x'.repeat(2_001), 'longer than 2000 characters'],
    ['x '.repeat(51), 'more than 50 search terms'],
  ])('%s', (query, text) => {
    expect(() => parseSearch(query, null)).toThrow(text);
  });

  test('an unknown time zone', () => {
    expect(() => parseSearch('x', 'Moon/Sea')).toThrow('unknown time zone "Moon/Sea"');
  });
});

describe('points in time', () => {
  test.each([
    ['2026-05-31', 'UTC', '2026-05-31T00:00:00.000Z'],
    ['2026-05-31', 'Europe/Berlin', '2026-05-30T22:00:00.000Z'],
    ['2026-01-31', 'Europe/Berlin', '2026-01-30T23:00:00.000Z'],
    // The last hour before, and the first after, the clocks go forward.
    ['2026-03-29 01:30', 'Europe/Berlin', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29 03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026/5/3', 'Asia/Tokyo', '2026-05-02T15:00:00.000Z'],
    ['2026.05.03', 'UTC', '2026-05-03T00:00:00.000Z'],
    ['2026-05', 'UTC', '2026-05-01T00:00:00.000Z'],
    ['2026', 'UTC', '2026-01-01T00:00:00.000Z'],
    ['5/31/2026', 'UTC', '2026-05-31T00:00:00.000Z'],
    ['5/31/2026 9:05', 'UTC', '2026-05-31T09:05:00.000Z'],
    ['2026-05-31 09:30:15.25', 'UTC', '2026-05-31T09:30:15.250Z'],
    ['2026-05-31T09:30:15Z', 'Asia/Tokyo', '2026-05-31T09:30:15.000Z'],
    ['2026-05-31T09:30:15+02:00', 'Asia/Tokyo', '2026-05-31T07:30:15.000Z'],
    ['2026-05-31T09:30:15-0930', 'UTC', '2026-05-31T19:00:15.000Z'],
    ['1780000000', 'UTC', new Date(1_780_000_000_000).toISOString()],
    ['1780000000123', 'UTC', new Date(1_780_000_000_123).toISOString()],
    ['31 May 2026', 'Asia/Tokyo', '2026-05-30T15:00:00.000Z'],
    ['May 31, 2026 9:30 PM', 'UTC', '2026-05-31T21:30:00.000Z'],
    ['Sun, 31 May 2026 09:30:00 +0200', 'Asia/Tokyo', '2026-05-31T07:30:00.000Z'],
  ])('%s in %s', (text, zone, expected) => {
    expect(new Date(parseMoment(text, zone) ?? Number.NaN).toISOString()).toBe(expected);
  });

  test.each(['soon', '', '2026-13-01', '2026-02-31', '31/31/2026', 'May', '12', '25:00'])(
    '%s is none',
    (text) => {
      expect(parseMoment(text, 'UTC')).toBeNull();
    },
  );

  test('without a zone the clock here counts', () => {
    expect(parseMoment('2026-05-31 09:30', null)).toBe(new Date(2026, 4, 31, 9, 30).getTime());
  });
});
