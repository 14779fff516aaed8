import { createTransport, type Transporter } from 'nodemailer';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  rawText,
  startTestServer,
  type TestServerOptions,
} from '../../testing/smtp-test-server.ts';
import { makeTestCertificates, type TestCertificates } from '../../testing/test-certificates.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

function startTlsServer(options: TestServerOptions = {}) {
  const secureContext = certificates.secureContext();
  return startTestServer({
    tls: 'offered',
    smtpsPort: 0,
    secureContext: () => secureContext,
    ...options,
  });
}

const mail = {
  from: '"Ann Author" <ann@example.test>',
  to: ['bob@example.test', 'carol@example.test'],
  bcc: 'dan@example.test',
  subject: 'Prüfung 検査',
  text: 'One line.\n.\n..dots\n',
  attachments: [{ filename: 'a.bin', content: Buffer.from([0, 1, 2, 255]) }],
};

/** Sends, and closes the connection so that the server can stop. */
async function send(transport: Transporter, message: object = mail) {
  try {
    return await transport.sendMail(message);
  } finally {
    transport.close();
  }
}

describe('nodemailer', () => {
  test('plain', async () => {
    await using server = await startTestServer();
    const info = await send(createTransport({ host: '127.0.0.1', port: server.port }));
    const [message] = await server.received(1);
    expect(info.response).toContain(message?.id);
    expect(message?.envelope).toMatchObject({
      reversePath: 'ann@example.test',
      forwardPaths: [
        { address: 'bob@example.test' },
        { address: 'carol@example.test' },
        { address: 'dan@example.test' },
      ],
    });
    expect(rawText(message)).toMatch(/\r\nSubject: =\?UTF-8\?.*\r\n/);
    expect(rawText(message)).toContain('\r\nOne line.\r\n.\r\n..dots\r\n');
    expect(message?.wire).toEqual({ bareLfCount: 0, bareCrCount: 0, via: 'DATA' });
  });

  test('STARTTLS, trusting the CA and nothing else', async () => {
    await using server = await startTlsServer();
    const transport = createTransport({
      host: 'localhost',
      port: server.port,
      requireTLS: true,
      tls: { ca: certificates.caPem },
    });
    await send(transport);
    const [message] = await server.received(1);
    expect(message?.origin.tls?.protocol).toBe('TLSv1.3');
  });

  test('STARTTLS without trusting the CA fails, and nothing is stored', async () => {
    await using server = await startTlsServer();
    const transport = createTransport({ host: 'localhost', port: server.port, requireTLS: true });
    await expect(send(transport)).rejects.toThrow(/certificate/);
    expect(server.messages).toEqual([]);
  });

  test('implicit TLS', async () => {
    await using server = await startTlsServer();
    const transport = createTransport({
      host: 'localhost',
      port: server.smtpsPort,
      secure: true,
      tls: { ca: certificates.caPem },
    });
    await send(transport);
    const [message] = await server.received(1);
    expect(message?.origin).toMatchObject({ listener: 'smtps', tls: { protocol: 'TLSv1.3' } });
  });

  for (const authMethod of ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const) {
    const options = { auth: 'required', credentials: [{ user: 'ann', password: 'pässword' }] };

    test(`AUTH ${authMethod}`, async () => {
      await using server = await startTestServer(options as TestServerOptions);
      const auth = { user: 'ann', pass: 'pässword' };
      await send(createTransport({ host: '127.0.0.1', port: server.port, auth, authMethod }));
      const [message] = await server.received(1);
      expect(message?.origin).toMatchObject({ authUser: 'ann', authMechanism: authMethod });
    });

    test(`AUTH ${authMethod} with a wrong password`, async () => {
      await using server = await startTestServer(options as TestServerOptions);
      const auth = { user: 'ann', pass: 'another' };
      const transport = createTransport({ host: '127.0.0.1', port: server.port, auth, authMethod });
      await expect(send(transport)).rejects.toThrow(/535/);
      expect(server.messages).toEqual([]);
    });
  }

  test('any credentials pass by default, and the user is recorded', async () => {
    await using server = await startTestServer();
    const auth = { user: 'whoever', pass: 'whatever' };
    await send(createTransport({ host: '127.0.0.1', port: server.port, auth }));
    expect((await server.received(1))[0]?.origin.authUser).toBe('whoever');
  });

  test('pooled: many messages over few connections, TLS resumed or not', async () => {
    await using server = await startTlsServer();
    const transport = createTransport({
      pool: true,
      maxConnections: 3,
      maxMessages: 10,
      host: 'localhost',
      port: server.port,
      requireTLS: true,
      tls: { ca: certificates.caPem },
    });
    const subjects = Array.from({ length: 60 }, (_, index) => `number ${index}`);
    await Promise.all(subjects.map((subject) => transport.sendMail({ ...mail, subject })));
    transport.close();
    const arrived = (await server.received(60)).map(
      (message) => /^Subject: (.*)\r$/m.exec(rawText(message))?.[1],
    );
    expect(arrived.toSorted()).toEqual(subjects.toSorted());
    expect(server.openedCount).toBeLessThan(60);
  });

  test('SMTPUTF8 addresses', async () => {
    await using server = await startTestServer();
    await send(createTransport({ host: '127.0.0.1', port: server.port }), {
      ...mail,
      from: 'jörg@example.test',
      to: '用户@example.test',
      bcc: [],
    });
    const [message] = await server.received(1);
    expect(message?.envelope.reversePath).toBe('jörg@example.test');
    expect(message?.envelope.forwardPaths[0]?.address).toBe('用户@example.test');
    expect(message?.envelope.parameters.SMTPUTF8).toBe(true);
  });

  test('a message over the limit is refused, and the next one is not', async () => {
    await using server = await startTestServer({ messageBytesMax: 20_000 });
    const transport = createTransport({ host: '127.0.0.1', port: server.port, pool: true });
    const large = { ...mail, text: 'x'.repeat(30_000) };
    await expect(transport.sendMail(large)).rejects.toThrow(/552/);
    await transport.sendMail(mail);
    transport.close();
    expect(server.messages).toHaveLength(1);
  });
});
