/** The checks and thumbnails as Mailpit's clients know them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SpamCheckError } from '../../../checks/spam/types.ts';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';
import { pictures } from '../../../thumbnails/fixtures/pictures.ts';
import { readPictureSize } from '../../../thumbnails/picture-size.ts';
import { blankThumbnail } from '../../../thumbnails/thumbnail.ts';

const server = createServer((incoming, outgoing) =>
  outgoing.writeHead(incoming.url === '/gone' ? 404 : 302, { Location: '/gone' }).end(),
);
let site = '';
let mail: MailFixture;
let id = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  site = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  mail = await startMail({ mayConnect: (to) => to === '127.0.0.1' });
  id = await mail.send({
    from: 'a@b.test',
    to: 'c@b.test',
    text: 'x',
    html: `<html><body><p style="border-radius:1px"><a href="${site}/moved">x</a><img src="${site}/gone"><a href="http://10.0.0.1/">y</a><a href="http://a.invalid/">z</a></p></body></html>`,
  });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
  await new Promise((resolve) => server.close(resolve));
});

const get = async (path: string, from: MailFixture = mail) => {
  const answer = await request(from.port, `GET ${path}`);
  const text = answer.body.toString();
  const type = answer.headers['content-type'];
  return {
    status: answer.status,
    text,
    json: type === 'application/json' ? JSON.parse(text) : null,
  };
};

describe('html-check', () => {
  test('has the shape that clients read', async () => {
    const { status, json } = await get(`/api/v1/message/${id}/html-check`);
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(['Warnings', 'Platforms', 'Total']);
    expect(json.Total).toEqual({
      Tests: expect.any(Number),
      Nodes: 6,
      Supported: expect.any(Number),
      Partial: expect.any(Number),
      Unsupported: expect.any(Number),
    });
    expect(json.Platforms.windows).toContain('Outlook');
    const radius = json.Warnings.find(({ Slug }: { Slug: string }) => Slug === 'css-border-radius');
    expect(radius).toEqual({
      Slug: 'css-border-radius',
      Title: 'border-radius',
      Description: expect.stringContaining('border-radius'),
      URL: 'https://www.caniemail.com/features/css-border-radius/',
      Category: 'css',
      Tags: [],
      Keywords: '',
      Results: expect.arrayContaining([
        {
          Name: 'Outlook Windows (2019)',
          Platform: 'windows',
          Family: 'outlook',
          Version: '2019',
          Support: 'no',
          NoteNumber: '1',
        },
      ]),
      NotesByNumber: expect.objectContaining({ 1: expect.any(String) }),
      Score: {
        Found: 1,
        Supported: expect.any(Number),
        Partial: expect.any(Number),
        Unsupported: expect.any(Number),
      },
    });
    const supports = json.Warnings.flatMap(({ Results }: { Results: { Support: string }[] }) =>
      Results.map(({ Support }) => Support),
    );
    expect(new Set(supports)).toEqual(new Set(['no', 'partial']));
  });

  test('leaves the message unread, takes latest, and says what is missing', async () => {
    expect((await get('/api/v1/message/latest/html-check')).status).toBe(200);
    expect((await mail.storage.get(id))?.isRead).toBe(false);
    await using plain = await startMail();
    await plain.send({ from: 'a@b.test', to: 'c@b.test', text: 'x' });
    expect(await get('/api/v1/message/latest/html-check', plain)).toMatchObject({
      status: 400,
      text: 'message does not contain HTML',
    });
    expect(await get('/api/v1/message/unknown/html-check')).toMatchObject({ status: 404 });
  });
});

describe('link-check', () => {
  test.each([
    ['', 302, 3],
    ['?follow=false', 302, 3],
    ['?follow=true', 404, 4],
    ['?follow=1', 404, 4],
  ])('%s', async (query, moved, errors) => {
    const { status, json } = await get(`/api/v1/message/${id}/link-check${query}`);
    expect(status).toBe(200);
    expect(json).toEqual({
      Errors: errors,
      Links: [
        { URL: `${site}/moved`, StatusCode: moved, Status: moved === 302 ? 'Found' : 'Not Found' },
        { URL: 'http://10.0.0.1/', StatusCode: 451, Status: expect.any(String) },
        { URL: 'http://a.invalid/', StatusCode: 0, Status: expect.any(String) },
        { URL: `${site}/gone`, StatusCode: 404, Status: 'Not Found' },
      ],
    });
  });

  test('marks the message read', async () => {
    await mail.storage.markRead({ kind: 'all' }, false);
    await get('/api/v1/message/latest/link-check');
    expect((await mail.storage.get(id))?.isRead).toBe(true);
    expect(await get('/api/v1/message/unknown/link-check')).toMatchObject({ status: 404 });
  });
});

describe('sa-check', () => {
  test('is there when there is a server to ask, also for what went wrong', async () => {
    const rules = [{ name: 'GTUBE', score: 1000, description: 'x' }];
    await using asking = await startMail({
      spamCheck: {
        check: async (raw) => {
          if (Buffer.from(raw).includes('fail'))
            throw new SpamCheckError('spamd could not be asked.');
          return { isSpam: true, score: 1006, threshold: 5, rules };
        },
      },
    });
    await asking.send({ from: 'a@b.test', to: 'c@b.test', text: 'x' });
    expect((await get('/api/v1/message/latest/sa-check', asking)).json).toEqual({
      IsSpam: true,
      Error: '',
      Score: 1006,
      Rules: [{ Score: 1000, Name: 'GTUBE', Description: 'x' }],
    });
    await asking.send({ from: 'a@b.test', to: 'c@b.test', text: 'fail' });
    expect(await get('/api/v1/message/latest/sa-check', asking)).toMatchObject({
      status: 200,
      json: { IsSpam: false, Error: 'spamd could not be asked.', Score: 0, Rules: [] },
    });
    expect((await get('/api/v1/webui', asking)).json.SpamAssassin).toBe(true);
    expect(await get('/api/v1/message/unknown/sa-check', asking)).toMatchObject({ status: 404 });
  });
});

describe('thumb', () => {
  test('is a small JPEG of a picture, and white of anything else', async () => {
    const [png] = pictures;
    const withParts = await mail.send({
      from: 'a@b.test',
      to: 'c@b.test',
      text: 'x',
      attachments: [
        { filename: 'Größe".png', content: Buffer.from(png?.base64 ?? '', 'base64') },
        { filename: 'broken.png', content: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') },
        { filename: 'notes.txt', content: 'Hello' },
      ],
    });
    for (const [message, part, isBlank] of [
      [withParts, 2, false],
      ['latest', 2, false],
      [withParts, 3, true],
      [withParts, 4, true],
    ] as const) {
      const path = `GET /api/v1/message/${message}/part/${part}/thumb`;
      const { status, headers, body } = await request(mail.port, path);
      expect([status, headers['content-type']]).toEqual([200, 'image/jpeg']);
      expect(readPictureSize(body)).toEqual({ width: 180, height: 120 });
      expect(body.equals(blankThumbnail())).toBe(isBlank);
    }
    const { headers } = await request(mail.port, `GET /api/v1/message/latest/part/2/thumb`);
    expect(headers['content-disposition']).toBe('inline; filename="Gr%C3%B6%C3%9Fe%22.png"');
    for (const path of [`${withParts}/part/9`, `${withParts}/part/x`, 'unknown/part/1']) {
      expect(await get(`/api/v1/message/${path}/thumb`)).toMatchObject({
        status: 400,
        text: 'attachment not found',
      });
    }
  });
});
