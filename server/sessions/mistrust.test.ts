/** A client that does not trust the certificate is told of, whichever way it leaves. */
import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { startApp } from '../app.ts';
import { defaultConfig } from '../config/parse.ts';
import { createLog } from '../log.ts';
import { runProgram } from '../testing/run-program.ts';

async function startLogged() {
  const lines: string[] = [];
  const app = await startApp(
    { ...defaultConfig(), db: ':memory:', smtpPort: 0, httpPort: 0 },
    { log: createLog({ level: 'warn', write: (line) => lines.push(line) }) },
  );
  const hints = () => lines.filter((line) => line.includes('/api/ca.pem'));
  return { app, hints, [Symbol.asyncDispose]: () => app.close() };
}

async function send(port: number, tls: object): Promise<unknown> {
  const transport = createTransport({ host: '127.0.0.1', port, tls });
  const message = { from: 'a@example.test', to: 'b@example.test', text: 'x' };
  return transport.sendMail(message).finally(() => transport.close());
}

test('Nodemailer as it comes leaves after the handshake; once is enough', async () => {
  await using server = await startLogged();
  const { app, hints } = server;
  for (let i = 0; i < 2; i++) {
    await expect(send(app.smtp.port, {})).rejects.toThrow(/self-signed/);
  }
  await expect.poll(hints).toHaveLength(1);
  expect(hints()[0]).toMatch(/--no-tls/);
  // Trusting the CA is all that was missing, and nothing more is said.
  await send(app.smtp.port, { ca: app.caPem });
  expect(hints()).toHaveLength(1);
});

test('curl refuses with an alert', async () => {
  await using server = await startLogged();
  const url = `smtp://127.0.0.1:${server.app.smtp.port}`;
  const mail = [
    '--mail-from',
    'a@example.test',
    '--mail-rcpt',
    'b@example.test',
    '-T',
    '/dev/null',
  ];
  await runProgram('curl', ['-sS', '--ssl-reqd', url, ...mail]);
  await expect.poll(server.hints).toHaveLength(1);
});

test('clients that trust, and those that want no TLS, are not spoken of', async () => {
  await using server = await startLogged();
  await send(server.app.smtp.port, { ca: server.app.caPem });
  await send(server.app.smtp.port, { rejectUnauthorized: false });
  const transport = createTransport({ port: server.app.smtp.port, ignoreTLS: true });
  await transport.sendMail({ from: 'a@example.test', to: 'b@example.test', text: 'x' });
  expect(server.hints()).toEqual([]);
});
