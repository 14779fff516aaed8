/** The program is a real process, and so is what it runs. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli } from '../testing/cli-process.ts';
import { runCommand as runHere } from '../testing/command-io.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { runCommand } from './run.ts';

/** Runs the program to its end. */
async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  await using cli = startCli(['run', ...argv], env);
  cli.child.stdin.end();
  const { code } = await cli.ended;
  return { code, stdout: cli.stdout, stderr: cli.stderr };
}

/** A program in one argument, as a module. */
const node = (script: string) => [process.execPath, '--input-type=module', '-e', script];

const send = `
  import { createTransport } from 'nodemailer';
  const { SMTP_HOST: host, SMTP_PORT: port } = process.env;
  const transport = createTransport({ host, port, requireTLS: true, tls: { servername: 'localhost' } });
  for (const to of ['ada@example.test', 'bob@example.test, cy@example.test']) {
    await transport.sendMail({ from: 'app@example.test', to, subject: 'Hello ' + to.slice(0, 3), text: 'Hi' });
  }
  console.log('sent');
`;

test.each([
  [[], 64, /after two dashes/],
  [['npm', 'test'], 64, /run -- npm test/],
  [['--bogus', '--', 'true'], 64, /--bogus/],
  [['--set', 'no equals sign', '--', 'true'], 64, /NAME=value/],
  [['--', 'no-such-program-anywhere'], 127, /no such program in PATH/],
  [['--', '/etc/passwd'], 126, /could not be started/],
] as const)('%j is refused: %d', async (argv, status, told) => {
  await expect(runHere(runCommand, argv)).rejects.toMatchObject({
    exitStatus: status,
    message: expect.stringMatching(told),
  });
});

test('--help says how it is used', async () => {
  const { status, out } = await runHere(runCommand, ['--help']);
  expect(status).toBe(0);
  const stdout = out.toString();
  expect(stdout).toMatch(/Usage\s+prixfixe-dev run \[options\] -- <command>/);
  expect(stdout).toContain('PRIXFIXE_URL');
  expect(stdout).toContain('--set');
});

test('the command sends over verified TLS, and what it sent is told; its output is its own', async () => {
  const { code, stdout, stderr } = await run(['--tls', 'required', '--', ...node(send)]);
  expect(stderr).toMatch(/^prixfixe-dev: 2 messages caught in \d+\.\d s\n/m);
  expect(stderr).toMatch(/ada@example\.test +Hello ada\n/);
  expect(stderr).toMatch(/bob@example\.test and 1 more +Hello bob\n/);
  expect(stdout).toBe('sent\n');
  expect(code).toBe(0);
});

test('a connection that went wrong is told', async () => {
  const script = send.replace("servername: 'localhost'", "servername: 'elsewhere.test'");
  const { code, stderr } = await run(['--', ...node(script)]);
  expect(code).toBe(1);
  expect(stderr).toContain('0 messages caught');
  expect(stderr).toMatch(/1 connection went wrong:\n {2}127\.0\.0\.1:\d+ {2}/);
});

describe('the exit status', () => {
  test.each([0, 42])('%d is passed on', async (code) => {
    const ran = await run(['--quiet', '--', ...node(`process.exit(${code})`)]);
    expect(ran).toEqual({ code, stdout: '', stderr: '' });
  });

  test('of a command ended by a signal is 128 and its number', async () => {
    const ran = await run(['--quiet', '--', ...node("process.kill(process.pid, 'SIGKILL')")]);
    expect(ran.code).toBe(137);
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s reaches the command, which decides',
  async (signal) => {
    const script = `
    process.on('${signal}', () => { console.log('heard'); process.exit(7); });
    setInterval(() => {}, 1000);
    console.log('ready');
  `;
    await using cli = startCli(['run', '--quiet', '--', ...node(script)]);
    await cli.printed(/ready/);
    cli.child.kill(signal);
    expect(await cli.ended).toEqual({ code: 7, signal: null });
    expect(cli.stdout).toBe('ready\nheard\n');
  },
);

test('variables: what is known only then is filled in, what was there stays', async () => {
  const script = `console.log(JSON.stringify(process.env))`;
  const sets = ['DSN={url}?x={unknown}', 'MAIL_PORT={port}', 'WEB={web}', 'CA={ca}'];
  const { stdout, stderr } = await run(
    [...sets.flatMap((set) => ['--set', set]), '--', ...node(script)],
    { KEPT: 'yes', SMTP_HOST: 'mail.example.test' },
  );
  expect(stderr).toContain('0 messages caught');
  const env = JSON.parse(stdout) as Record<string, string>;
  expect(env).toMatchObject({
    KEPT: 'yes',
    SMTP_HOST: '127.0.0.1',
    SMTP_URL: `smtp://127.0.0.1:${env.SMTP_PORT}`,
    DSN: `${env.SMTP_URL}?x={unknown}`,
    MAIL_PORT: env.SMTP_PORT,
    WEB: env.PRIXFIXE_URL,
    CA: env.PRIXFIXE_CA_FILE,
  });
  expect(env.PRIXFIXE_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('SSL_CERT_FILE trusts what was trusted before as well, and the files go away', async () => {
  await using folder = await temporaryDirectory();
  const own = join(folder.path, 'own.pem');
  await writeFile(own, 'OWN CERTIFICATES\n');
  const script = `
    import { readFileSync } from 'node:fs';
    const { SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, PRIXFIXE_CA_FILE } = process.env;
    const read = (name) => readFileSync(name, 'utf8');
    console.log(JSON.stringify({ path: PRIXFIXE_CA_FILE, ca: read(PRIXFIXE_CA_FILE), ssl: read(SSL_CERT_FILE), extra: read(NODE_EXTRA_CA_CERTS) }));
  `;
  const { stdout } = await run(['--quiet', '--', ...node(script)], {
    SSL_CERT_FILE: own,
    NODE_EXTRA_CA_CERTS: own,
  });
  const { path, ca, ssl, extra } = JSON.parse(stdout) as Record<string, string>;
  expect(ca).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(ssl).toBe(`OWN CERTIFICATES\n${ca}`);
  expect(extra).toBe(`OWN CERTIFICATES\n${ca}`);
  await expect(readFile(path ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('--save keeps the mail', async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, 'mail.db');
  const { stderr } = await run(['--save', file, '--', ...node(send)]);
  expect(stderr).toContain('2 messages caught');
  await using cli = startCli(['--db', file, '--smtp-port', '0', '--http-port', '0']);
  const [, url = ''] = await cli.printed(/Inbox {2}(\S+)/);
  const list = await fetch(`${url}/api/messages`);
  expect(await list.json()).toMatchObject({ messages: [{}, {}] });
});
