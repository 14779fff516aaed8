/** One message: shapes, parts, header, octets, and what is shown of it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';
import type { MessageShape } from '../shapes.ts';

let mail: MailFixture;
beforeAll(async () => {
  mail = await startMail();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

const get = (path: string) => request(mail.port, `GET ${path}`);
async function message(id: string): Promise<MessageShape> {
  const { status, body } = await get(`/api/v1/message/${id}`);
  expect(status).toBe(200);
  return JSON.parse(body.toString());
}
const isRead = async (id: string) => (await mail.storage.get(id))?.isRead;

const png = Buffer.from('89504e470d0a1a0a', 'hex');
const rich = {
  from: 'Ann <ann@example.test>',
  to: 'bob@example.test',
  subject: 'Parts',
  date: new Date('2026-05-31T09:30:00Z'),
  text: 'The text',
  html: '<p onclick="x()">The <a href="https://example.test">HTML</a><img src="cid:pic@x"><img src="cid:none"></p>',
  attachments: [
    { filename: 'pic.png', content: png, cid: 'pic@x', contentDisposition: 'inline' as const },
    { filename: 'päge "1".html', content: '<script>alert(1)</script>', contentType: 'text/html' },
    { filename: 'data.csv', content: 'a,b' },
  ],
};

test('attachments and inline parts are two lists, with checksums', async () => {
  const shape = await message(await mail.send(rich));
  expect(shape.Inline.map(({ FileName, ContentID }) => [FileName, ContentID])).toEqual([
    ['pic.png', 'pic@x'],
  ]);
  expect(shape.Inline[0]?.Checksums).toEqual({
    MD5: createHash('md5').update(png).digest('hex'),
    SHA1: createHash('sha1').update(png).digest('hex'),
    SHA256: createHash('sha256').update(png).digest('hex'),
  });
  expect(shape.Attachments.map((part) => [part.FileName, part.ContentType, part.Size])).toEqual([
    ['päge "1".html', 'text/html', 25],
    ['data.csv', 'text/csv', 3],
  ]);
  expect(shape).toMatchObject({ Date: '2026-05-31T09:30:00.000Z', Text: 'The text' });
});

test('parts come as what they are, and nothing in them can act', async () => {
  const id = await mail.send(rich);
  const shape = await message(id);
  const [page, csv] = shape.Attachments;
  const picture = await get(`/api/v1/message/${id}/part/${shape.Inline[0]?.PartID}`);
  expect([picture.status, picture.body]).toEqual([200, png]);
  expect(picture.headers).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': 'inline; filename="pic.png"',
    'x-content-type-options': 'nosniff',
  });
  const active = await get(`/api/v1/message/latest/part/${page?.PartID}`);
  expect(active.headers['content-disposition']).toBe(
    'attachment; filename="p%C3%A4ge%20%221%22.html"',
  );
  expect(active.headers['content-security-policy']).toContain('sandbox');
  expect((await get(`/api/v1/message/${id}/part/${csv?.PartID}`)).body.toString()).toBe('a,b');
  for (const part of ['9', 'x', '../1', 'cid:pic@x', '%2e']) {
    const answer = await get(`/api/v1/message/${id}/part/${part}`);
    expect([400, 404]).toContain(answer.status);
  }
});

test('a message that is one part has that part', async () => {
  const raw =
    'Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==';
  const id = await mail.deliver(raw);
  expect((await message(id)).Inline).toMatchObject([{ PartID: '1', FileName: 'a.png', Size: 4 }]);
  for (const part of ['0', '1']) {
    expect((await get(`/api/v1/message/${id}/part/${part}`)).body).toHaveLength(4);
  }
});

test('a message that lacks everything has every field', async () => {
  const id = await mail.deliver('Subject:\r\n\r\n', []);
  expect(await message(id)).toEqual({
    ID: id,
    MessageID: '',
    From: { Name: '', Address: '' },
    To: [],
    Cc: [],
    Bcc: [],
    ReplyTo: [],
    ReturnPath: 'from@example.test',
    Subject: '',
    ListUnsubscribe: { Header: '', Links: [], Errors: '', HeaderPost: '' },
    Date: expect.stringMatching(/Z$/),
    Tags: [],
    Username: 'alice',
    Text: '',
    HTML: '',
    Size: 12,
    Inline: [],
    Attachments: [],
  });
});

test('all recipients are there, however many, and those of the envelope only as Bcc', async () => {
  const to = Array.from({ length: 30 }, (_, n) => `to${n}@example.test`);
  const raw = `From: nobody in particular\r\nTo: ${to.join(',\r\n ')}\r\nDate: never\r\n\r\nx`;
  const shape = await message(await mail.deliver(raw, [...to, 'extra@example.test']));
  expect(shape.To.map(({ Address }) => Address)).toEqual(to);
  expect(shape.Bcc).toEqual([{ Name: '', Address: 'extra@example.test' }]);
  expect(shape.From).toEqual({ Name: 'nobody in particular', Address: '' });
});

test.each([
  ['<mailto:a@b.test>', ['mailto:a@b.test'], ''],
  [
    '<https://b.test/x?y=1> , <mailto:a@b.test> (comment)',
    ['https://b.test/x?y=1', 'mailto:a@b.test'],
    '',
  ],
  ['https://b.test', [], /no valid unsubscribe links/],
  ['x <https://b.test>', [], /enclosed in <>/],
  ['<https://b.test> <mailto:a@b.test>', [], /split with a comma/],
  ['<https://b.test>, <https://c.test>', ['https://b.test'], /only contain one HTTP/],
  ['<https://b.test>,<mailto:a@b.test>,<https://c.test>', [], /maximum of one/],
  ['<ftp://b.test>', [], /should start with/],
  ['<https://b.test/ x>', [], /spaces/],
])('List-Unsubscribe: %s', async (header, links, errors) => {
  const post = 'List-Unsubscribe-Post: List-Unsubscribe=One-Click';
  const { ListUnsubscribe } = await message(
    await mail.deliver(`List-Unsubscribe: ${header}\r\n${post}\r\n\r\nx`),
  );
  expect(ListUnsubscribe).toMatchObject({
    Header: header,
    Links: links,
    HeaderPost: 'List-Unsubscribe=One-Click',
  });
  expect(ListUnsubscribe.Errors).toMatch(errors === '' ? /^$/ : errors);
});

test('header fields have canonical names, raw values, and keep their order', async () => {
  const id = await mail.deliver(
    'x-b: 1\r\nSUBJECT: =?utf-8?q?=C3=BC?=\r\n \t  folded \r\nmessage-ID: <a@b>\r\nX-B: 2\r\nmime-version: 1.0\r\n__proto__: p\r\n\r\n',
  );
  const { body } = await get(`/api/v1/message/${id}/headers`);
  const record = JSON.parse(body.toString());
  expect(Object.entries(record)).toEqual([
    ['Message-Id', ['<a@b>']],
    ['Mime-Version', ['1.0']],
    ['Return-Path', ['<from@example.test>']],
    ['Subject', ['=?utf-8?q?=C3=BC?= folded']],
    ['X-B', ['1', '2']],
    ['__proto__', ['p']],
  ]);
  expect(await isRead(id)).toBe(false);
});

test('the source is octet for octet what was sent', async () => {
  const raw = Buffer.from('Subject: \xff\r\n\r\n\x00.\n', 'latin1');
  const id = await mail.deliver(raw);
  const shown = await get(`/api/v1/message/${id}/raw`);
  expect([shown.headers['content-type'], shown.body]).toEqual(['text/plain; charset=utf-8', raw]);
  expect(shown.headers['content-disposition']).toBeUndefined();
  const saved = await get('/api/v1/message/latest/raw?dl=1');
  expect(saved.headers['content-disposition']).toBe(`attachment; filename="${id}.eml"`);
  expect(await isRead(id)).toBe(false);
});

test('latest is narrowed by a search', async () => {
  const wanted = await mail.send({
    from: 'a@b.test',
    to: 'latest@b.test',
    subject: 'One',
    text: '1',
  });
  await mail.send({ from: 'a@b.test', to: 'c@b.test', subject: 'Two', text: 'x' });
  expect((await message('latest')).Subject).toBe('Two');
  const query = '?query=to:latest@b.test&tz=UTC';
  const detail = await get(`/api/v1/message/latest${query}`);
  expect(JSON.parse(detail.body.toString()).ID).toBe(wanted);
  expect((await get(`/view/latest.txt${query}`)).body.toString().trim()).toBe('1');
  expect((await get(`/view/latest${query}`)).headers.location).toBe(`/view/${wanted}`);
  const none = await get('/api/v1/message/latest?query=to:nobody@b.test');
  expect([none.status, none.body.toString()]).toEqual([404, 'Message not found']);
});

test('reading a message marks it, and only that does', async () => {
  for (const [path, marks] of [
    ['/api/v1/message/ID/headers', false],
    ['/api/v1/message/ID/raw', false],
    ['/api/v1/message/ID/part/2', false],
    ['/view/ID', false],
    ['/api/v1/message/ID', true],
    ['/view/ID.html', true],
    ['/view/ID.txt', true],
  ] as const) {
    const id = await mail.send(rich);
    const { status } = await get(path.replace('ID', id));
    expect([200, 302]).toContain(status);
    expect([path, await isRead(id)]).toEqual([path, marks]);
  }
});

test('HTML comes as it was sent, with its images, in a sandbox', async () => {
  const id = await mail.send(rich);
  const { headers, body } = await get(`/view/${id}.html`);
  const html = body.toString();
  expect(html).toContain('<p onclick="x()">The <a href="https://example.test">HTML</a>');
  expect(html).toContain('src="cid:none"');
  const [, source = ''] = /<img src="(\/api\/v1\/message\/[^"]+)"/.exec(html) ?? [];
  expect(source).toMatch(new RegExp(`^/api/v1/message/${id}/part/[\\d.]+\\?token=`));
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain('sandbox allow-popups');
  expect(policy).not.toMatch(/allow-scripts|allow-same-origin|https?:\s|https?:$/);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');

  // The document has an opaque origin: with its token the image loads, without it it does not.
  const shown = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' };
  expect((await request(mail.port, `GET ${source}`, shown)).body).toEqual(png);
  const guessed = source.replace(/token=.*/, 'token=guess');
  expect((await request(mail.port, `GET ${guessed}`, shown)).status).toBe(403);

  const embedded = (await get(`/view/${id}.html?embed=1`)).body.toString();
  expect(embedded).toContain('<base target="_blank">');
  expect(embedded).toMatch(/rel="[^"]*noreferrer/);
  expect(embedded).not.toContain('<script');
});

test('what is not there is said in words', async () => {
  const id = await mail.send({ from: 'a@b.test', to: 'c@b.test', subject: 'x', text: 'only text' });
  const html = await get(`/view/${id}.html`);
  expect([html.status, html.body.toString()]).toEqual([
    404,
    'This message does not contain a HTML part',
  ]);
  const empty = await mail.deliver('Content-Type: text/html\r\n\r\n<p>x');
  const text = await get(`/view/${empty}.txt`);
  expect([text.status, text.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
});

test('the page is where people look', async () => {
  const id = await mail.send({ from: 'a@b.test', to: 'c@b.test', subject: 'x', text: 'x' });
  const to = async (path: string) => {
    const { status, headers } = await get(path);
    return [status, headers.location];
  };
  expect(await to('/view/latest')).toEqual([302, `/view/${id}`]);
  expect(await to(`/view/${id}`)).toEqual([302, `/messages/${id}`]);
  expect(await to('/search?q=to:a')).toEqual([302, '/?query=to%3Aa']);
  await mail.storage.remove({ kind: 'all' });
  expect(await to('/view/latest')).toEqual([302, '/']);
  const none = await get('/api/v1/message/latest');
  expect([none.status, none.body.toString()]).toEqual([404, 'Message not found']);
});

test('texts have the line ends that were sent; HTML alone is a text too', async () => {
  const id = await mail.deliver(
    'Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+CjwvcD4=\r\n--b--\r\n',
  );
  const { body } = await get(`/api/v1/message/${id}`);
  expect(JSON.parse(body.toString())).toMatchObject({ Text: 'one\r\ntwo\r\n', HTML: '<p>\n</p>' });
  expect((await get(`/view/${id}.txt`)).body.toString()).toBe('one\r\ntwo\r\n');
  expect((await get(`/view/${id}.html`)).body.toString()).toBe('<p>\n</p>');

  const html = await mail.deliver('Content-Type: text/html\r\n\r\n<p>Your <b>code</b></p>');
  const only = JSON.parse((await get(`/api/v1/message/${html}`)).body.toString());
  expect(only.Text).toBe('Your code');
  expect((await get(`/view/${html}.txt`)).body.toString()).toBe('Your code');
});
