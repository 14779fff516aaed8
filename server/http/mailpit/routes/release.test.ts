/** Release as Mailpit's clients know it; without a relay see `application.test.ts`. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';
import { type RelayFixture, startTestRelay } from '../../../testing/relay-fixture.ts';

let relay: RelayFixture;
let mail: MailFixture;
let id: string;
beforeAll(async () => {
  relay = await startTestRelay(
    {
      allowed: ['*@example.test'],
      blocked: ['boss@example.test', 'chief@example.test'],
      returnPath: 'bounces@example.test',
    },
    { recipientsMax: 2 },
  );
  mail = await startMail({ relay: relay.relay });
  id = await mail.send({ from: 'a@example.test', to: 'b@example.test', text: 'x' });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
});

const release = async (name: string, body: string) => {
  const answer = await request(mail.port, `POST /api/v1/message/${name}/release`, {}, body);
  expect(answer.headers['content-type']).toBe('text/plain');
  return [answer.status, answer.body.toString()];
};

test.each([
  ['{"To":[]}', 'No valid addresses found'],
  ['{}', 'No valid addresses found'],
  ['', 'EOF'],
  ['{"To":"b@example.test"}', /^json: cannot unmarshal string/],
  ['{"To":["b"]}', 'Invalid email address: b'],
  ['{"To":["b@example.test\\r\\nX"]}', 'Invalid email address: b@example.test  X'],
  [
    '{"To":["b@example.test","eve@evil.test"]}',
    'Failed: Address do not match the allowlist: eve@evil.test',
  ],
  [
    '{"To":["boss@example.test","chief@example.test"]}',
    'Failed: Addresses found on blocklist: boss@example.test, chief@example.test',
  ],
])('%s is refused, and nothing sent', async (body, text) => {
  const [status, said] = await release(id, body);
  expect(status).toBe(400);
  expect(said).toMatch(typeof text === 'string' ? new RegExp(`^${text}$`) : text);
  expect(relay.server.messages).toEqual([]);
});

test('an unknown message is not found', async () => {
  expect(await release('unknown', '{"To":["b@example.test"]}')).toEqual([
    404,
    '404 page not found',
  ]);
});

test('a message by its id, and the latest', async () => {
  expect(await release(id, '{"to":["Bob <b@example.test>"]}')).toEqual([200, 'ok']);
  expect(await release('latest', '{"To":["c@example.test"]}')).toEqual([200, 'ok']);
  const sent = relay.server.messages.map(({ envelope }) => [
    envelope.reversePath,
    ...envelope.forwardPaths.map(({ address }) => address),
  ]);
  expect(sent).toEqual([
    ['bounces@example.test', 'b@example.test'],
    ['bounces@example.test', 'c@example.test'],
  ]);
});

test('a refused recipient is no success, even where others were taken', async () => {
  const [status, text] = await release(
    id,
    '{"To":["b@example.test","c@example.test","d@example.test"]}',
  );
  expect(status).toBe(400);
  expect(text).toMatch(
    /^SMTP error: refused d@example\.test \(452 .*\); sent to b@example\.test, c@example\.test$/,
  );
});

test('the page is told of it', async () => {
  const { body } = await request(mail.port, 'GET /api/v1/webui');
  expect(JSON.parse(body.toString()).MessageRelay).toEqual({
    Enabled: true,
    SMTPServer: `127.0.0.1:${relay.server.port}`,
    ReturnPath: 'bounces@example.test',
    AllowedRecipients: '*@example.test',
    BlockedRecipients: 'boss@example.test,chief@example.test',
    OverrideFrom: '',
    PreserveMessageIDs: false,
    RecipientAllowlist: '*@example.test',
  });
});
