import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureCommands } from '../../testing/debian-package.ts';
import { eventually } from '../../testing/eventually.ts';
import { runProgram } from '../../testing/run-program.ts';
import {
  rawText,
  startTestServer,
  type TestServerOptions,
} from '../../testing/smtp-test-server.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../testing/temporary-directory.ts';
import { makeTestCertificates, type TestCertificates } from '../../testing/test-certificates.ts';

let certificates: TestCertificates;
let directory: TemporaryDirectory;
let caFile: string;

/** The reasons why a client is not there; `null` when it is. */
const missing: Record<string, string | null> = {};

const installMs = 300_000;

beforeAll(async () => {
  certificates = await makeTestCertificates();
  directory = await temporaryDirectory();
  caFile = join(directory.path, 'ca.pem');
  await writeFile(caFile, certificates.caPem);
  const succeeds = async (command: string, args: readonly string[], output = /./) => {
    const ran = await runProgram(command, args);
    if (ran.code !== 0 || !output.test(ran.stdout)) throw new Error(`${command} does not work`);
  };
  missing.curl = await ensureCommands({
    packages: ['curl', 'ca-certificates'],
    probe: () => succeeds('curl', ['--version'], /smtps/),
  });
  missing.swaks = await ensureCommands({
    packages: ['swaks', 'libnet-ssleay-perl', 'libdigest-hmac-perl'],
    probe: async () => {
      await succeeds('swaks', ['--support'], /AUTH CRAM-MD5 supported/);
      await succeeds('swaks', ['--support'], /TLS supported/);
    },
  });
  missing.openssl = await ensureCommands({
    packages: ['openssl'],
    probe: () => succeeds('openssl', ['version']),
  });
  missing.python3 = await ensureCommands({
    packages: ['python3'],
    probe: () => succeeds('python3', ['-c', 'import smtplib, ssl; print(1)']),
  });
}, installMs);

afterAll(async () => {
  await directory[Symbol.asyncDispose]();
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

describe('curl', () => {
  const octets = 'Subject: by curl\r\n\r\nline\r\n.\r\n..two\r\n';
  const send = (url: string, ...extra: string[]) =>
    runProgram(
      'curl',
      [
        ...['--silent', '--show-error', '--url', url, '--mail-from', 'a@example.test'],
        ...['--mail-rcpt', 'b@example.test', '--mail-rcpt', 'c@example.test', '-T', '-', ...extra],
      ],
      { input: octets },
    );

  test('smtp://', async ({ skip }) => {
    if (missing.curl) return skip(missing.curl);
    await using server = await startTestServer();
    const ran = await send(`smtp://127.0.0.1:${server.port}`);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const [message] = await server.received(1);
    expect(rawText(message)).toBe(octets);
    expect(message?.envelope.forwardPaths).toHaveLength(2);
  });

  test('--ssl-reqd --cacert', async ({ skip }) => {
    if (missing.curl) return skip(missing.curl);
    await using server = await startTlsServer();
    const url = `smtp://localhost:${server.port}`;
    expect(await send(url, '--ssl-reqd', '--cacert', caFile)).toMatchObject({ code: 0 });
    const [message] = await server.received(1);
    expect(message?.origin.tls?.protocol).toMatch(/^TLSv1\.[23]$/);
    expect(rawText(message)).toBe(octets);
  });

  test('smtps:// with AUTH', async ({ skip }) => {
    if (missing.curl) return skip(missing.curl);
    await using server = await startTlsServer({ auth: 'required' });
    const url = `smtps://localhost:${server.smtpsPort}`;
    const ran = await send(url, '--cacert', caFile, '--user', 'ann:secret');
    expect(ran).toMatchObject({ code: 0 });
    const [message] = await server.received(1);
    expect(message?.origin).toMatchObject({ listener: 'smtps', authUser: 'ann' });
  });

  test('does not trust another CA', async ({ skip }) => {
    if (missing.curl) return skip(missing.curl);
    await using server = await startTlsServer();
    const ran = await send(`smtp://localhost:${server.port}`, '--ssl-reqd');
    expect(ran.code).not.toBe(0);
    expect(server.messages).toEqual([]);
    await eventually(() => server.handshakes).toMatchObject([
      { ok: false, reason: expect.stringMatching(/does not trust the certificate/) },
    ]);
  });
});

describe('swaks', () => {
  const envelope = ['--from', 'a@example.test', '--to', 'b@example.test', '--helo', 'c.test'];

  test('STARTTLS, AUTH CRAM-MD5 and an attachment', async ({ skip }) => {
    if (missing.swaks) return skip(missing.swaks);
    await using server = await startTlsServer({
      auth: 'required',
      credentials: [{ user: 'ann', password: 'secret' }],
    });
    const attachment = join(directory.path, 'attachment.bin');
    await writeFile(attachment, Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256)));
    const ran = await runProgram('swaks', [
      ...['--server', '127.0.0.1', '--port', String(server.port), ...envelope],
      ...['--tls', '--auth', 'CRAM-MD5', '--auth-user', 'ann', '--auth-password', 'secret'],
      ...['--header', 'Subject: by swaks', '--body', 'Hello', '--attach', `@${attachment}`],
    ]);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const [message] = await server.received(1);
    expect(message?.origin).toMatchObject({
      authUser: 'ann',
      authMechanism: 'CRAM-MD5',
      ehloName: 'c.test',
      tls: { protocol: expect.stringMatching(/^TLSv1\.[23]$/) },
    });
    const base64 = (await readFile(attachment)).toString('base64');
    expect(rawText(message).replace(/\r\n/g, '')).toContain(base64);
    expect(JSON.stringify(message?.dialogue)).not.toContain('secret');
  });

  test('a wrong password', async ({ skip }) => {
    if (missing.swaks) return skip(missing.swaks);
    await using server = await startTestServer({ credentials: [{ user: 'ann', password: 'x' }] });
    const ran = await runProgram('swaks', [
      ...['--server', '127.0.0.1', '--port', String(server.port), ...envelope],
      ...['--auth', 'PLAIN', '--auth-user', 'ann', '--auth-password', 'y'],
    ]);
    expect(ran.code).toBe(28);
    expect(server.messages).toEqual([]);
  });
});

describe('openssl s_client', () => {
  test('-starttls smtp with a verified chain delivers a message', async ({ skip }) => {
    if (missing.openssl) return skip(missing.openssl);
    await using server = await startTlsServer();
    const ran = await runProgram(
      'openssl',
      [
        ...['s_client', '-connect', `127.0.0.1:${server.port}`, '-starttls', 'smtp', '-crlf'],
        ...['-verify_return_error', '-verify_hostname', 'localhost', '-CAfile', caFile, '-quiet'],
      ],
      {
        input: [
          'EHLO openssl.example.test',
          'MAIL FROM:<a@example.test>',
          // A line that begins with R would ask s_client to renegotiate.
          'rcpt to:<b@example.test>',
          'DATA',
          'Subject: by openssl',
          '',
          'Hello',
          '.',
          'quit',
          '',
        ].join('\n'),
      },
    );
    expect(ran.code, ran.stderr).toBe(0);
    const [message] = await server.received(1);
    expect(rawText(message)).toBe('Subject: by openssl\r\n\r\nHello\r\n');
    expect(message?.origin.tls).not.toBe(null);
  });

  test('refuses another CA', async ({ skip }) => {
    if (missing.openssl) return skip(missing.openssl);
    await using server = await startTlsServer();
    const other = join(directory.path, 'other.pem');
    await writeFile(other, (await makeTestCertificates()).caPem);
    const ran = await runProgram('openssl', [
      ...['s_client', '-connect', `127.0.0.1:${server.port}`, '-starttls', 'smtp'],
      ...['-verify_return_error', '-CAfile', other],
    ]);
    expect(ran.code).not.toBe(0);
  });
});

describe('Python smtplib', () => {
  test('starttls, login, and SMTPUTF8 addresses', async ({ skip }) => {
    if (missing.python3) return skip(missing.python3);
    await using server = await startTlsServer({
      auth: 'required',
      credentials: [{ user: 'ann', password: 'secret' }],
    });
    const script = `
import smtplib, ssl, sys
from email.message import EmailMessage
port, ca = int(sys.argv[1]), sys.argv[2]
message = EmailMessage()
message['From'] = 'jörg@example.test'
message['To'] = 'bob@example.test'
message['Subject'] = 'Grüße'
message.set_content('Hello\\n.\\n')
with smtplib.SMTP('localhost', port) as client:
    client.starttls(context=ssl.create_default_context(cafile=ca))
    client.login('ann', 'secret')
    client.send_message(message)
    print(client.sock.version())
`;
    const ran = await runProgram('python3', ['-', String(server.port), caFile], {
      input: script,
      env: { PYTHONIOENCODING: 'utf8', PYTHONUTF8: '1' },
    });
    expect(ran, ran.stderr).toMatchObject({ code: 0, stdout: 'TLSv1.3\n' });
    const [message] = await server.received(1);
    expect(message?.envelope).toMatchObject({
      reversePath: 'jörg@example.test',
      parameters: { SMTPUTF8: true, BODY: '8BITMIME' },
    });
    expect(message?.origin).toMatchObject({ authUser: 'ann', authMechanism: 'CRAM-MD5' });
    expect(Buffer.from(rawText(message), 'latin1').toString()).toContain('Subject: Grüße\r\n');
  });
});
