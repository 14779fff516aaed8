/** Messages by HTTP: what is built, and what is refused before anything is stored. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';

let mail: MailFixture;
beforeAll(async () => {
  mail = await startMail();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await mail.storage.remove({ kind: 'all' });
});

const least = { From: { Email: 'a@example.test' }, To: [{ Email: 'b@example.test' }] };
async function send(body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await request(mail.port, 'POST /api/v1/send', headers, text);
  expect(answer.headers['content-type']).toBe('application/json');
  return { status: answer.status, ...JSON.parse(answer.body.toString()) };
}
async function detail(id: string) {
  const { body } = await request(mail.port, `GET /api/v1/message/${id}`);
  return JSON.parse(body.toString());
}

describe('refused', () => {
  test.each([
    ['', 'EOF'],
    ['{', 'invalid JSON: the request body does not parse'],
    [{ To: least.To }, 'invalid From address: '],
    [{ From: { Email: 'nobody' }, To: least.To }, 'invalid From address: nobody'],
    [{ From: least.From }, 'error building message: no recipients (to, cc, bcc) set'],
    [{ ...least, To: [{ Email: 'x' }] }, 'invalid To address: x'],
    [{ ...least, Cc: [{ Email: 'a@b.test\r\nX: y' }] }, 'invalid Cc address: a@b.test\r\nX: y'],
    [{ ...least, Bcc: ['x'] }, 'invalid Bcc address: x'],
    [{ ...least, ReplyTo: [{}] }, 'invalid Reply-To address: '],
    [{ ...least, Headers: { SUBJECT: 'x' } }, 'cannot overwrite header: "SUBJECT"'],
    [{ ...least, Headers: { 'Mime-version': 'x' } }, 'cannot overwrite header: "Mime-version"'],
    [{ ...least, Tags: ['x'], Headers: { 'x-tags': 'y' } }, 'cannot overwrite header: "x-tags"'],
    [{ ...least, Headers: { 'X Y': 'z' } }, 'invalid header name: "X Y"'],
    [{ ...least, Headers: { X: 'y\r\nBcc: z' } }, 'invalid value of header: "X"'],
    [{ ...least, Headers: { X: 1 } }, 'json: cannot unmarshal number into field .X of type string'],
    [
      { ...least, Attachments: [{ Filename: 'a', Content: '%%' }] },
      'error decoding base64 attachment "a": illegal base64 data',
    ],
  ])('%j', async (body, error) => {
    expect(await send(body)).toEqual({ status: 400, Error: error });
    expect(await mail.storage.get('latest')).toBeNull();
  });

  test('more than the largest message', async () => {
    const { smtp } = (await (await fetch(`${mail.url}/api/server`)).json()) as {
      readonly smtp: { readonly messageBytesMax: number };
    };
    const body = { ...least, Text: 'x'.repeat(smtp.messageBytesMax) };
    expect(await send(body)).toMatchObject({ status: 413, Error: /larger than/ });
  });

  test('for the time being, when the store is busy or full', async () => {
    for (const refusal of ['congested', 'storageFull'] as const) {
      await using busy = await startMail({
        wrapStorage: (storage) =>
          Object.assign(Object.create(storage), {
            append: async () => ({ kind: 'notStored', refusal }),
          }),
      });
      const body = JSON.stringify(least);
      const answer = await request(busy.port, 'POST /api/v1/send', {}, body);
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    }
  });
});

describe('stored', () => {
  test('with the least that is needed, without a type, in small letters', async () => {
    const { ID, status } = await send(
      '{"from":{"email":"a@example.test"},"bcc":["b@example.test"]}',
    );
    expect(status).toBe(200);
    expect(await detail(ID)).toMatchObject({
      From: { Name: '', Address: 'a@example.test' },
      To: [],
      Bcc: [{ Name: '', Address: 'b@example.test' }],
      ReturnPath: 'a@example.test',
    });
    expect(await mail.storage.get(ID)).toMatchObject({
      listener: 'http',
      reversePath: 'a@example.test',
      forwardPaths: ['b@example.test'],
    });
  });

  test('with tags, header fields, attachments and inline parts', async () => {
    const png = 'iVBORw0KGgo=';
    const { ID } = await send({
      ...least,
      Subject: 'Grüße',
      Text: 'Text',
      HTML: '<img src="cid:pic">',
      Tags: ['Beta', 'alpha'],
      Headers: { 'X-Mine': 'yes', 'Message-ID': '<own@id.test>' },
      Attachments: [
        { Content: `data:image/png;base64,${png}`, Filename: 'a.png', ContentID: 'pic' },
        { Content: png, Filename: 'b' },
        { Content: 'JVBERi0xLjQ=', Filename: 'c' },
        { Content: 'aGVsbG8=', Filename: 'd' },
        { Content: 'AAECAw==', Filename: 'e' },
        { Content: 'aGVsbG8=', Filename: 'f', ContentType: 'application/x-own' },
      ],
    });
    const shape = await detail(ID);
    expect(shape).toMatchObject({
      MessageID: 'own@id.test',
      Subject: 'Grüße',
      Tags: ['alpha', 'Beta'],
      Inline: [{ FileName: 'a.png', ContentID: 'pic', ContentType: 'image/png', Size: 8 }],
    });
    const types = shape.Attachments.map(
      (part: { readonly ContentType: string }) => part.ContentType,
    );
    expect(types).toEqual([
      'image/png',
      'application/pdf',
      'text/plain',
      'application/octet-stream',
      'application/x-own',
    ]);
    const { body } = await request(mail.port, `GET /api/v1/message/${ID}/headers`);
    expect(JSON.parse(body.toString())['X-Mine']).toEqual(['yes']);
  });

  test('under the name of the user', async () => {
    const credentials = Buffer.from('ann:secret').toString('base64');
    const { ID } = await send(least, { Authorization: `Basic ${credentials}` });
    expect((await detail(ID)).Username).toBe('ann');
  });

  test('without reading any file or address that it names', async () => {
    const { ID } = await send({
      ...least,
      Text: '/etc/hostname',
      Attachments: [{ Content: '', Filename: '/etc/hostname', path: '/etc/hostname' }],
    });
    const { Attachments, Text } = await detail(ID);
    expect([Text.trim(), Attachments[0].Size]).toEqual(['/etc/hostname', 0]);
  });
});
