import { createTransport } from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import { type App, startApp } from './app.ts';
import { defaultConfig } from './config/parse.ts';
import { createLog } from './log.ts';

const log = createLog({ level: 'error', write: (line) => process.stderr.write(line) });
const freePorts = { smtpPort: 0, httpPort: 0, db: ':memory:' } as const;
const running: App[] = [];

async function start(changes: Parameters<typeof defaultConfig>[0]): Promise<App> {
  const app = await startApp(defaultConfig({ ...freePorts, ...changes }), { log });
  running.push(app);
  return app;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function sendTest(app: App): Promise<number> {
  const answer = await fetch(`${app.url}/api/test-messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return answer.status;
}

test.each([
  ['as it comes', {}],
  [
    'with a list of users and AUTH required',
    { auth: [{ user: 'ann', password: 'x y' }], authRequired: true },
  ],
  ['with any user and AUTH required', { authRequired: true }],
  ['with STARTTLS required', { tlsRequired: true }],
  ['without TLS', { tls: false }],
] as const)('the test message arrives %s', async (_name, changes) => {
  const app = await start(changes);
  expect(await sendTest(app)).toBe(202);
  expect((await app.storage.list({ filter: null, limit: 1, beforeSeq: null, skip: 0 })).total).toBe(
    1,
  );
});

test('two in one process do not touch each other', async () => {
  const [one, two] = [await start({}), await start({})];
  expect(await sendTest(one)).toBe(202);
  expect((await one.storage.status()).location).toBe(':memory:');
  expect((await two.storage.overview()).total).toBe(0);
});

test('without HTTP only SMTP listens', async () => {
  const app = await start({ httpPort: null });
  expect(app).toMatchObject({ http: null, url: null });
  expect(app.smtp.port).toBeGreaterThan(0);
});

test('a taken HTTP port closes what was opened before it', async () => {
  const first = await start({});
  const smtpPort = await freePort();
  await expect(
    startApp(defaultConfig({ ...freePorts, smtpPort, httpPort: first.http?.port ?? 0 }), { log }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const second = await start({ smtpPort });
  expect(second.smtp.port).toBe(smtpPort);
});

async function freePort(): Promise<number> {
  const app = await startApp(defaultConfig(freePorts), { log });
  await app.close();
  return app.smtp.port;
}

test('ten messages of nine megabytes at one time are all taken', async () => {
  const app = await start({ tls: false });
  const text = 'a line of some forty characters, repeated\r\n'.repeat(215_000);
  const transport = createTransport({ host: '127.0.0.1', port: app.smtp.port });
  const message = {
    from: 'a@example.test',
    to: 'b@example.test',
    raw: `Subject: x\r\n\r\n${text}`,
  };
  const envelope = { from: message.from, to: message.to };
  await Promise.all(
    Array.from({ length: 10 }, () => transport.sendMail({ envelope, raw: message.raw })),
  );
  expect((await app.storage.overview()).total).toBe(10);
});
