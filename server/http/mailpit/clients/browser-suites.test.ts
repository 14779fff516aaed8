/**
 * What the helpers for Cypress and for Playwright call, in their order and with their spellings.
 * They need a browser to run in; their calls do not.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';

let mail: MailFixture;
beforeAll(async () => {
  mail = await startMail();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  // Whatever a call answers; the assertions say what it has to be.
  readonly body: { readonly [name: string]: unknown } & { readonly messages: readonly Row[] };
}
interface Row {
  readonly ID: string;
  readonly Subject: string;
}

async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(mail.url + url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
}

describe('Cypress', () => {
  const json = { 'Content-Type': 'application/json', Accept: '*/*', 'Accept-Encoding': 'gzip' };
  const cy = (method: string, url: string, body?: unknown) => call(method, url, body, json);
  const send = (subject: string) =>
    cy('POST', '/api/v1/send', {
      Attachments: [{ Content: 'aGVsbG8=', Filename: 'hello.txt' }],
      Bcc: ['bcc@example.com'],
      Cc: [{ Email: 'cc@example.com', Name: 'CC' }],
      From: { Email: 'from@example.com', Name: 'From' },
      HTML: '<p>hello</p>',
      Headers: {},
      ReplyTo: [{ Email: 'replyto@example.com', Name: 'ReplyTo' }],
      Subject: subject,
      Tags: [],
      Text: 'hello',
      To: [{ Email: 'jane@example.com', Name: 'Jane' }],
    });
  beforeEach(async () => {
    expect((await cy('DELETE', '/api/v1/messages')).status).toBe(200);
  });

  test('sends, lists, searches and deletes', async () => {
    const sent = await send('My Test');
    expect(sent.body).toEqual({ ID: expect.any(String) });
    await send('Other');
    const all = await cy('GET', '/api/v1/messages?start=0&limit=50');
    expect(all.body).toMatchObject({ messages_count: 2, total: 2, count: 2, unread: 2, start: 0 });
    const bySubject = await cy('GET', '/api/v1/search?query=subject%3AMy%20Test&start=0&limit=50');
    expect(bySubject.body).toMatchObject({ messages_count: 1, total: 2, count: 1 });
    const to = await cy('GET', '/api/v1/search?query=to%3Ajane%40example.com&start=0&limit=50');
    expect(to.body).toMatchObject({ messages_count: 2 });
    const none = await cy('GET', '/api/v1/search?query=to%3Anobody%40example.com&start=0&limit=50');
    expect(none.body).toMatchObject({ messages_count: 0, messages: [] });
    expect((await cy('DELETE', '/api/v1/search?query=subject%3AOther')).text).toBe('ok');
    expect((await cy('GET', '/api/v1/messages?start=0&limit=50')).body.total).toBe(1);
  });

  test('looks at one message, by a path with two slashes too', async () => {
    await send('My Test');
    const { body } = await cy('GET', '/api/v1/message/latest');
    expect(body).toMatchObject({
      Subject: 'My Test',
      To: [{ Address: 'jane@example.com' }],
      From: { Address: 'from@example.com' },
      Attachments: [{ FileName: 'hello.txt' }],
    });
    expect((await cy('GET', `//view/${body.ID}.html`)).text).toBe('<p>hello</p>');
    expect((await cy('GET', `//view/${body.ID}.txt`)).text).toBe('hello');
    expect((await cy('GET', `/api/v1/message/${body.ID}/sa-check`)).status).toBe(404);
  });

  test('sets the read state of one and of all', async () => {
    const { ID } = (await send('One')).body;
    await send('Two');
    const unread = async () => (await cy('GET', '/api/v1/messages?start=0&limit=50')).body.unread;
    expect((await cy('PUT', '/api/v1/messages', { IDs: [ID], Read: true })).text).toBe('ok');
    expect(await unread()).toBe(1);
    await cy('PUT', '/api/v1/messages', { IDs: [], Read: true });
    expect(await unread()).toBe(0);
    await cy('PUT', '/api/v1/messages', { IDs: [], Read: false });
    expect(await unread()).toBe(2);
  });
});

describe('Playwright', () => {
  const json = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const pw = (method: string, url: string, body?: unknown) => call(method, url, body, json);
  beforeEach(async () => {
    expect((await pw('DELETE', '/api/v1/messages', { IDs: [] })).text).toBe('ok');
  });
  const send = async (subject: string) =>
    (
      await pw('POST', '/api/v1/send', {
        From: { Email: 'sender@example.com', Name: 'Sender' },
        To: [{ Email: 'user@example.com' }],
        Subject: subject,
        HTML: '<a href="https://example.com/verify?code=1">Verify</a><img src="cid:logo">',
        Text: 'Verify: https://example.com/verify?code=1',
        Attachments: [
          {
            Content: 'iVBORw0KGgo=',
            Filename: 'logo.png',
            ContentType: 'image/png',
            ContentID: 'logo',
          },
          { Content: 'aGVsbG8=', Filename: 'hello.txt', ContentType: 'text/plain' },
        ],
      })
    ).body.ID;

  test('finds a message, its parts and what it looks like', async () => {
    const id = String(await send('Verify'));
    const search = await pw('GET', '/api/v1/search?query=to%3Auser%40example.com&start=0&limit=50');
    expect(search.body.messages[0]?.ID).toBe(id);
    const { body } = await pw('GET', `/api/v1/message/${encodeURIComponent(id)}`);
    expect(body).toMatchObject({
      Inline: [{ FileName: 'logo.png', ContentID: 'logo', ContentType: 'image/png' }],
      Attachments: [{ FileName: 'hello.txt', ContentType: 'text/plain', Size: 5 }],
    });
    const [attachment] = body.Attachments as readonly { readonly PartID: string }[];
    const part = encodeURIComponent(attachment?.PartID ?? '');
    expect((await pw('GET', `/api/v1/message/${id}/part/${part}`)).text).toBe('hello');
    const html = (await pw('GET', `/view/${id}.html`)).text;
    expect(html).toMatch(new RegExp(`src="/api/v1/message/${id}/part/[\\d.]+`));
    expect((await pw('GET', `/view/${id}.html?embed=1`)).text).toContain('target="_blank"');
    expect((await pw('GET', `/view/${id}.txt`)).text).toContain('code=1');
    expect((await pw('GET', `/api/v1/message/${id}/raw`)).text).toContain('Subject: Verify');
    expect((await pw('GET', `/api/v1/message/${id}/headers`)).body).toMatchObject({
      Subject: ['Verify'],
    });
  });

  test('handles tags, read state and deletion', async () => {
    const id = String(await send('One'));
    await send('Two');
    await pw('PUT', '/api/v1/tags', { Tags: ['e2e', 'Two Words'], IDs: [id] });
    expect(JSON.parse((await pw('GET', '/api/v1/tags')).text)).toEqual(['e2e', 'Two Words']);
    expect((await pw('PUT', '/api/v1/tags/Two%20Words', { Name: 'one' })).text).toBe('ok');
    expect((await pw('DELETE', '/api/v1/tags/e2e')).text).toBe('ok');
    const tagged = await pw('GET', '/api/v1/search?query=tag%3Aone&start=0&limit=50');
    expect(tagged.body).toMatchObject({ messages_count: 1 });
    await pw('PUT', '/api/v1/messages', { Search: 'subject:Two', Read: true });
    expect((await pw('GET', '/api/v1/messages?start=0&limit=50')).body.unread).toBe(1);
    await pw('DELETE', '/api/v1/messages', { IDs: [id] });
    await pw('DELETE', '/api/v1/search?query=subject%3ATwo&tz=Europe%2FBerlin');
    expect((await pw('GET', '/api/v1/messages?start=0&limit=50')).body.total).toBe(0);
  });

  test('asks what the server is', async () => {
    expect((await pw('GET', '/api/v1/info')).body).toHaveProperty('RuntimeStats');
    expect((await pw('GET', '/api/v1/webui')).body).toHaveProperty('MessageRelay');
    expect((await pw('GET', '/api/v1/chaos')).status).toBe(400);
  });
});
