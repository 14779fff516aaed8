/** Chaos: its shapes, its refusals, and what a client of SMTP then meets. */
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { request } from '../../../testing/http-client.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';

const start = {
  Sender: { ErrorCode: 451, Probability: 0 },
  Recipient: { ErrorCode: 451, Probability: 0 },
  Authentication: { ErrorCode: 535, Probability: 0 },
};

let mail: MailFixture;
beforeAll(async () => {
  mail = await startMail({ chaosEnabled: true });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});
const put = async (body: string) => {
  const answer = await request(mail.port, 'PUT /api/v1/chaos', {}, body);
  const text = answer.body.toString();
  return answer.status === 200 ? JSON.parse(text) : [answer.status, text];
};
const get = async () => JSON.parse((await request(mail.port, 'GET /api/v1/chaos')).body.toString());
beforeEach(() => put('{}'));

describe('triggers', () => {
  test('are off at the start, and the page is told that they are there', async () => {
    expect(await get()).toEqual(start);
    const { body } = await request(mail.port, 'GET /api/v1/webui');
    expect(JSON.parse(body.toString()).ChaosEnabled).toBe(true);
  });

  test('are set with their defaults, and those left out are reset', async () => {
    const sender = { ErrorCode: 550, Probability: 100 };
    expect(await put(JSON.stringify({ sender, Recipient: { Probability: 7 } }))).toEqual({
      ...start,
      Sender: sender,
      Recipient: { ErrorCode: 451, Probability: 7 },
    });
    const authentication = { ErrorCode: 0, Probability: 1 };
    expect(await put(JSON.stringify({ authentication }))).toEqual({
      ...start,
      Authentication: { ErrorCode: 535, Probability: 1 },
    });
    expect(await get()).toEqual({
      ...start,
      Authentication: { ErrorCode: 535, Probability: 1 },
    });
    expect(await put('{}')).toEqual(start);
    expect(mail.faults.list()).toEqual([]);
  });

  test.each([
    ['', 'EOF'],
    ['[]', /^json: cannot unmarshal array/],
    ['{"Sender":5}', /^json: cannot unmarshal number into field \.Sender/],
    ['{"Sender":{"ErrorCode":"451"}}', /of type int$/],
    ['{"Sender":{"Probability":0.5}}', /of type int$/],
    ['{"Sender":{"ErrorCode":399}}', 'error code must be between 400 and 599'],
    ['{"Recipient":{"ErrorCode":600}}', 'error code must be between 400 and 599'],
    ['{"Recipient":{"Probability":101}}', 'probability must be between 0 and 100'],
    ['{"Authentication":{"Probability":-1}}', 'probability must be between 0 and 100'],
    // Nothing is set where one of them is wrong.
    ['{"Sender":{"Probability":50},"Recipient":{"Probability":101}}', /^probability/],
  ])('%s is refused, and nothing changes', async (body, text) => {
    const [status, said] = await put(body);
    expect(status).toBe(400);
    expect(said).toMatch(typeof text === 'string' ? new RegExp(`^${text}$`) : text);
    expect(await get()).toEqual(start);
  });

  test('that were taken away elsewhere are off', async () => {
    await put('{"Sender":{"Probability":10}}');
    expect(mail.faults.list()).toMatchObject([{ spec: { at: 'mail', when: { chance: 0.1 } } }]);
    mail.faults.clear();
    expect(await get()).toEqual(start);
  });
});

describe('a client', () => {
  const attempt = async (auth = false) => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: mail.smtpPort,
      ...(auth ? { auth: { user: 'u', pass: 'p' } } : {}),
    });
    const message = { from: 'a@b.test', to: 'c@b.test', text: 'x' };
    const outcome = await transport.sendMail(message).then(
      () => 250,
      (error: { responseCode?: number }) => error.responseCode,
    );
    transport.close();
    return outcome;
  };

  test.each([
    ['Sender', 452, false],
    ['Recipient', 550, false],
    ['Authentication', 535, true],
  ] as const)('meets %s', async (name, ErrorCode, auth) => {
    expect(await attempt(auth)).toBe(250);
    await put(JSON.stringify({ [name]: { ErrorCode, Probability: 100 } }));
    expect(await attempt(auth)).toBe(ErrorCode);
    await put('{}');
    expect(await attempt(auth)).toBe(250);
  });

  test('meets it by chance', async () => {
    await put('{"Recipient":{"Probability":50}}');
    const outcomes = new Set<number | undefined>();
    // That one of both never comes is less likely than one in a billion.
    for (let turn = 0; turn < 64 && outcomes.size < 2; turn++) outcomes.add(await attempt());
    expect(outcomes).toEqual(new Set([250, 451]));
  });
});
