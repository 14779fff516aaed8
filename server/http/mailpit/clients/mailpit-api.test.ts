/** The client for Node, every method against this server: only the address is ours. */
import { MailpitClient } from 'mailpit-api';
import { MailpitClient as MailpitClientWithSocket } from 'mailpit-api-1';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';
import { type RelayFixture, startTestRelay } from '../../../testing/relay-fixture.ts';
import { readPictureSize } from '../../../thumbnails/picture-size.ts';

let mail: MailFixture;
let client: MailpitClient;
beforeAll(async () => {
  mail = await startMail();
  client = new MailpitClient(mail.url);
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await client.deleteMessages();
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const outgoing = {
  From: { Email: 'sender@example.test', Name: 'Sender Name' },
  To: [{ Email: 'recipient@example.test', Name: 'Recipient Name' }],
  Cc: [{ Email: 'cc@example.test', Name: 'Carbon Name' }],
  Bcc: ['bcc@example.test'],
  ReplyTo: [{ Email: 'reply@example.test', Name: 'Reply Name' }],
  Subject: 'A message with an attachment',
  Text: 'This is the text.',
  HTML: '<p>This is <b>the HTML</b>.</p>',
  Headers: {
    'List-Unsubscribe': '<mailto:leave@example.test>, <https://example.test/leave>',
  },
  Attachments: [{ Content: png.toString('base64'), Filename: 'test.png' }],
};

describe('a message that was sent with it', () => {
  let id: string;
  beforeEach(async () => {
    id = (await client.sendMessage(outgoing)).ID;
  });

  test('has an id, and is the latest', async () => {
    expect(id).toMatch(/^[0-9A-Za-z]{22}$/);
    expect((await client.getMessageSummary()).ID).toBe(id);
  });

  test('comes back as it was given', async () => {
    expect(await client.getMessageSummary(id)).toEqual({
      ID: id,
      MessageID: expect.stringMatching(/^[^<>]+@[^<>]+$/),
      From: { Name: 'Sender Name', Address: 'sender@example.test' },
      To: [{ Name: 'Recipient Name', Address: 'recipient@example.test' }],
      Cc: [{ Name: 'Carbon Name', Address: 'cc@example.test' }],
      Bcc: [{ Name: '', Address: 'bcc@example.test' }],
      ReplyTo: [{ Name: 'Reply Name', Address: 'reply@example.test' }],
      ReturnPath: 'sender@example.test',
      Subject: 'A message with an attachment',
      ListUnsubscribe: {
        Header: '<mailto:leave@example.test>, <https://example.test/leave>',
        Links: ['mailto:leave@example.test', 'https://example.test/leave'],
        Errors: '',
        HeaderPost: '',
      },
      Date: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      Tags: [],
      Username: '',
      Text: 'This is the text.',
      HTML: '<p>This is <b>the HTML</b>.</p>',
      Size: expect.any(Number),
      Inline: [],
      Attachments: [
        {
          PartID: '2',
          FileName: 'test.png',
          ContentType: 'image/png',
          ContentID: '',
          Size: png.byteLength,
          Checksums: {
            MD5: expect.stringMatching(/^[0-9a-f]{32}$/),
            SHA1: expect.stringMatching(/^[0-9a-f]{40}$/),
            SHA256: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
        },
      ],
    });
  });

  test('has exactly these header fields', async () => {
    expect(Object.keys(await client.getMessageHeaders(id))).toEqual([
      'Bcc',
      'Cc',
      'Content-Type',
      'Date',
      'From',
      'List-Unsubscribe',
      'Message-Id',
      'Mime-Version',
      'Reply-To',
      'Return-Path',
      'Subject',
      'To',
    ]);
    expect((await client.getMessageHeaders()).Subject).toEqual(['A message with an attachment']);
  });

  test('hands over its source and its parts', async () => {
    expect(await client.getMessageSource(id)).toContain('Subject: A message with an attachment');
    expect(await client.getMessageSource()).toContain('Bcc: bcc@example.test');
    const part = await client.getMessageAttachment(id, '2');
    expect(part.type).toBe('image/png');
    expect(Buffer.from(await part.arrayBuffer())).toEqual(png);
    const latest = await client.getMessageAttachment('latest', '2');
    expect(latest.size).toBe(png.byteLength);
  });

  test('is rendered', async () => {
    expect(await client.renderMessageHTML(id)).toBe('<p>This is <b>the HTML</b>.</p>');
    expect(await client.renderMessageHTML('latest', 1)).toContain('<b>the HTML</b>');
    expect(await client.renderMessageText()).toBe('This is the text.');
  });

  test('is listed, and found', async () => {
    const list = await client.listMessages();
    expect(list).toEqual({
      total: 1,
      unread: 1,
      count: 1,
      messages_count: 1,
      messages_unread: 1,
      start: 0,
      tags: [],
      messages: [
        {
          ID: id,
          MessageID: expect.any(String),
          Read: false,
          From: { Name: 'Sender Name', Address: 'sender@example.test' },
          To: [{ Name: 'Recipient Name', Address: 'recipient@example.test' }],
          Cc: [{ Name: 'Carbon Name', Address: 'cc@example.test' }],
          Bcc: [{ Name: '', Address: 'bcc@example.test' }],
          ReplyTo: [{ Name: 'Reply Name', Address: 'reply@example.test' }],
          Subject: 'A message with an attachment',
          Created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          Username: '',
          Tags: [],
          Size: expect.any(Number),
          Attachments: 1,
          Snippet: expect.stringContaining('This is the text.'),
        },
      ],
    });
    expect(await client.searchMessages({ query: 'subject:attach', tz: 'Europe/Berlin' })).toEqual(
      list,
    );
    expect((await client.searchMessages({ query: 'subject:nothing' })).messages_count).toBe(0);
    expect((await client.listMessages(1, 1)).messages).toEqual([]);
  });

  test('is waited for', async () => {
    const found = await client.waitForMessage({ query: 'to:recipient@example.test' });
    expect(found.ID).toBe(id);
    expect(
      (await client.waitForMessages({ query: 'from:sender', count: 1 })).messages,
    ).toHaveLength(1);
    expect((await client.waitForMessages()).total).toBe(1);
    await expect(
      client.waitForMessage({ query: 'subject:nothing' }, { timeout: 30, interval: 10 }),
    ).rejects.toThrow('Timeout waiting');
  });

  test('is marked read by being looked at, and back', async () => {
    await client.getMessageSummary(id);
    expect((await client.listMessages()).unread).toBe(0);
    expect(await client.setReadStatus({ IDs: [id], Read: false })).toBe('ok');
    expect((await client.listMessages()).unread).toBe(1);
    expect(await client.setReadStatus({ Search: 'from:sender', Read: true }, { tz: 'UTC' })).toBe(
      'ok',
    );
    expect((await client.listMessages()).unread).toBe(0);
    expect(await client.setReadStatus()).toBe('ok');
    expect((await client.listMessages()).unread).toBe(1);
  });

  test('has tags', async () => {
    expect(await client.getTags()).toEqual([]);
    expect(await client.setTags({ IDs: [id], Tags: ['Test Tag', 'a.b'] })).toBe('ok');
    expect(await client.getTags()).toEqual(['a.b', 'Test Tag']);
    expect((await client.listMessages()).messages[0]?.Tags).toEqual(['a.b', 'Test Tag']);
    expect(await client.renameTag('test tag', 'Renamed')).toBe('ok');
    expect(await client.getTags()).toEqual(['a.b', 'Renamed']);
    expect(await client.deleteTag('a.b')).toBe('ok');
    expect((await client.getMessageSummary(id)).Tags).toEqual(['Renamed']);
    expect(await client.setTags({ IDs: [id] })).toBe('ok');
    expect(await client.getTags()).toEqual([]);
    await expect(client.deleteTag('Renamed')).rejects.toThrow('400 Bad Request');
  });

  test('is deleted by id, by search, and with all', async () => {
    const other = (await client.sendMessage({ ...outgoing, Subject: 'Other' })).ID;
    expect(await client.deleteMessages({ IDs: [id] })).toBe('ok');
    expect((await client.listMessages()).messages.map(({ ID }) => ID)).toEqual([other]);
    expect(await client.deleteMessagesBySearch({ query: 'subject:Other' })).toBe('ok');
    expect((await client.listMessages()).total).toBe(0);
    await client.sendMessage(outgoing);
    expect(await client.deleteMessages()).toBe('ok');
    expect((await client.listMessages()).total).toBe(0);
    await expect(client.getMessageSummary()).rejects.toThrow('404 Not Found');
  });

  test('cannot be passed on or disturbed where that is off', async () => {
    await expect(client.releaseMessage(id, { To: ['a@example.test'] })).rejects.toThrow(/ 400 /);
    await expect(client.getChaosTriggers()).rejects.toThrow('Chaos is not enabled');
    await expect(client.setChaosTriggers()).rejects.toThrow('Chaos is not enabled');
    await expect(client.spamAssassinCheck(id)).rejects.toThrow(/ 404 /);
  });
});

test('the server describes itself', async () => {
  expect(await client.getInfo()).toEqual({
    Version: expect.stringMatching(/^v\d/),
    LatestVersion: 'disabled',
    Database: expect.any(String),
    DatabaseSize: expect.any(Number),
    Messages: 0,
    Unread: 0,
    Tags: {},
    RuntimeStats: {
      Uptime: expect.any(Number),
      Memory: expect.any(Number),
      MessagesDeleted: expect.any(Number),
      SMTPAccepted: expect.any(Number),
      SMTPAcceptedSize: expect.any(Number),
      SMTPRejected: 0,
      SMTPIgnored: 0,
    },
  });
  expect(await client.getConfiguration()).toEqual({
    Label: '',
    MessageRelay: {
      Enabled: false,
      SMTPServer: '',
      ReturnPath: '',
      AllowedRecipients: '',
      BlockedRecipients: '',
      OverrideFrom: '',
      PreserveMessageIDs: false,
      RecipientAllowlist: '',
    },
    SpamAssassin: false,
    ChaosEnabled: false,
    DuplicatesIgnored: false,
    HideDeleteAllButton: false,
  });
});

test('credentials are asked for and taken', async () => {
  await using secured = await startMail({ httpAuth: { user: 'admin', password: 'pw' } });
  await expect(new MailpitClient(secured.url).listMessages()).rejects.toThrow('401');
  const auth = { username: 'admin', password: 'pw' };
  const known = new MailpitClient(secured.url, { auth });
  const { ID } = await known.sendMessage(outgoing);
  expect((await known.getMessageSummary(ID)).Username).toBe('admin');
});

describe('a server on which everything is switched on', () => {
  let relay: RelayFixture;
  let open: MailFixture;
  let asking: MailpitClient;
  let id: string;
  beforeAll(async () => {
    relay = await startTestRelay();
    open = await startMail({
      relay: relay.relay,
      chaosEnabled: true,
      spamCheck: {
        check: async () => ({
          isSpam: true,
          score: 6.5,
          threshold: 5,
          rules: [{ name: 'RULE', score: 6.5, description: 'x' }],
        }),
      },
    });
    asking = new MailpitClient(open.url);
    id = (await asking.sendMessage({ ...outgoing, HTML: '<p style="display:flex">x</p>' })).ID;
  });
  afterAll(async () => {
    await open[Symbol.asyncDispose]();
    await relay[Symbol.asyncDispose]();
  });

  test('passes messages on', async () => {
    expect(await asking.releaseMessage(id, { To: ['a@example.test'] })).toBe('ok');
    expect(await asking.releaseMessage('latest', { To: ['b@example.test'] })).toBe('ok');
    expect(relay.server.messages.map(({ envelope }) => envelope.forwardPaths[0]?.address)).toEqual([
      'a@example.test',
      'b@example.test',
    ]);
    await expect(asking.releaseMessage(id, { To: ['no address'] })).rejects.toThrow(
      'Invalid email address',
    );
    expect((await asking.getConfiguration()).MessageRelay?.Enabled).toBe(true);
  });

  test('makes pictures small', async () => {
    for (const message of [id, 'latest']) {
      const thumbnail = await asking.getAttachmentThumbnail(message, '2');
      expect(thumbnail.type).toBe('image/jpeg');
      expect(readPictureSize(new Uint8Array(await thumbnail.arrayBuffer()))).toEqual({
        width: 180,
        height: 120,
      });
    }
  });

  test('checks HTML, links and spam', async () => {
    const html = await asking.htmlCheck(id);
    expect(html.Warnings.map(({ Slug }) => Slug)).toContain('css-display-flex');
    expect(html.Total.Nodes).toBe(1);
    expect(await asking.htmlCheck()).toEqual(html);
    expect(await asking.linkCheck(id, true)).toEqual({ Errors: 0, Links: [] });
    expect(await asking.spamAssassinCheck()).toEqual({
      IsSpam: true,
      Error: '',
      Score: 6.5,
      Rules: [{ Score: 6.5, Name: 'RULE', Description: 'x' }],
    });
  });

  test('goes wrong as often as it is told', async () => {
    const triggers = { Recipient: { ErrorCode: 450, Probability: 100 } };
    expect(await asking.setChaosTriggers(triggers)).toMatchObject(triggers);
    await expect(open.send({ from: 'a@b.test', to: 'c@b.test', text: 'x' })).rejects.toMatchObject({
      responseCode: 450,
    });
    expect((await asking.setChaosTriggers()).Recipient).toEqual({ ErrorCode: 451, Probability: 0 });
    expect((await asking.getChaosTriggers()).Sender).toEqual({ ErrorCode: 451, Probability: 0 });
    await open.send({ from: 'a@b.test', to: 'c@b.test', text: 'x' });
  });
});

describe('its WebSocket helpers', () => {
  let listener: MailpitClientWithSocket;
  beforeEach(() => {
    listener = new MailpitClientWithSocket(mail.url);
  });
  afterEach(() => {
    listener.disconnect();
  });

  test('hear of new, changed and deleted messages', async () => {
    const connected = listener.waitForEvent('stats', 20_000);
    expect((await connected).Data).toMatchObject({ Total: 0, Unread: 0 });
    const heard: unknown[] = [];
    const stop = listener.onEvent('update', (event) => heard.push(event.Data));

    const stored = listener.waitForEvent('new', 20_000);
    const id = await mail.send({
      from: 'a@example.test',
      to: 'b@example.test',
      subject: 'Live',
      text: 'Hello',
      headers: { 'X-Tags': 'Blue, Amber' },
    });
    expect((await stored).Data).toMatchObject({
      ID: id,
      Read: false,
      Subject: 'Live',
      To: [{ Name: '', Address: 'b@example.test' }],
      Cc: [],
      Tags: ['Amber', 'Blue'],
    });
    expect(heard).toEqual([{ ID: id, Tags: ['Amber', 'Blue'] }]);

    const changed = listener.waitForEvent('update', 20_000);
    await client.setReadStatus({ IDs: [id], Read: true });
    expect((await changed).Data).toEqual({ ID: id, Read: true });
    stop();

    const deleted = listener.waitForEvent('delete', 20_000);
    await client.deleteMessages({ IDs: [id] });
    expect((await deleted).Data).toEqual({ ID: id });

    const emptied = listener.waitForEvent('truncate', 20_000);
    await client.sendMessage(outgoing);
    await client.deleteMessages();
    expect((await emptied).Data).toBeNull();
  });
});
