import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from './testing/cli-process.ts';
import { startTestServer } from './testing/smtp-test-server.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const anyPorts = ['--smtp-port', '0', '--http-port', '0'];

test('it starts, takes mail, stops on SIGTERM with 0, and has the mail when it starts again', async () => {
  await using folder = await temporaryDirectory();
  const argv = [...anyPorts, '--data-dir', folder.path];
  const subjects: string[] = [];
  for (const round of ['first', 'second']) {
    await using server = startCli(argv);
    const [, url, port = ''] = await server.printed(/Inbox {2}(\S+)\n *SMTP {3}[\d.]+:(\d+)/);
    await using sent = startCli(['send', '--subject', round], { PRIXFIXE_SMTP_PORT: port });
    expect(await sent.ended).toEqual({ code: 0, signal: null });
    const answer = await fetch(`${url}/api/messages`);
    const page = (await answer.json()) as { messages: { subject: string }[] };
    subjects.push(page.messages.map(({ subject }) => subject).join());
    // Idle clients hold nobody up.
    const idle = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => idle.once('data', resolve));
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual({ code: 0, signal: null });
    idle.destroy();
    expect(server.stderr).toBe('');
  }
  expect(subjects).toEqual(['first', 'second,first']);
}, 60_000);

test('a taken port: one sentence with flag, variable and a way out, and 1', async () => {
  await using other = await startTestServer();
  const argv = ['--smtp-port', String(other.port), '--http-port', '0', '--db', ':memory:'];
  await using server = startCli(argv);
  expect(await server.ended).toMatchObject({ code: 1 });
  expect(server.stderr.trim().split('\n')).toHaveLength(1);
  expect(server.stderr).toContain('--smtp-port (PRIXFIXE_SMTP_PORT)');
  expect(server.stderr).toContain(String(other.port));
  expect(server.stdout).toBe('');
});

test('the same for a taken HTTP port and for a certificate that is not there', async () => {
  await using other = await startTestServer();
  const argv = ['--db', ':memory:', '--smtp-port', '0'];
  await using http = startCli([...argv, '--http-port', String(other.port)]);
  await using tls = startCli([...argv, '--tls-cert', '/no.pem', '--tls-key', '/no.key']);
  expect(await http.ended).toMatchObject({ code: 1 });
  expect(http.stderr.trim().split('\n')).toHaveLength(1);
  expect(http.stderr).toContain('--http-port (PRIXFIXE_HTTP_PORT)');
  expect(await tls.ended).toMatchObject({ code: 1 });
  expect(tls.stderr.trim().split('\n')).toHaveLength(1);
  expect(tls.stderr).toContain('--tls-cert (PRIXFIXE_TLS_CERT)');
});

test('a second start on the same database says which process has it', async () => {
  await using folder = await temporaryDirectory();
  const argv = [...anyPorts, '--db', join(folder.path, 'mail.db'), '--data-dir', folder.path];
  await using first = startCli(argv);
  await first.printed(/Inbox/);
  await using second = startCli(argv);
  expect(await second.ended).toMatchObject({ code: 1 });
  expect(second.stderr).toContain(String(first.child.pid));
  expect(second.stderr.trim().split('\n')).toHaveLength(1);
});

test('bad options are told together; a wrong command gets a suggestion', async () => {
  await using bad = startCli(['--smtp-port', '12x5'], { PRIXFIXE_HTTP_PORT: 'web' });
  await using wrong = startCli(['sned']);
  expect(await bad.ended).toMatchObject({ code: 1 });
  expect(bad.stderr).toContain('--smtp-port (PRIXFIXE_SMTP_PORT)');
  expect(bad.stderr).toContain('--http-port (PRIXFIXE_HTTP_PORT)');
  expect(await wrong.ended).toMatchObject({ code: 1 });
  expect(wrong.stderr).toBe('There is no command "sned". Did you mean send?\n');
});

test('--version and --help print and end; without a terminal there are no colours', async () => {
  await using version = startCli(['--version']);
  await using help = startCli(['--help']);
  expect(await version.ended).toMatchObject({ code: 0 });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await help.ended).toMatchObject({ code: 0 });
  expect(help.stdout).toContain('--smtp-port <port>');
  expect(help.stdout).not.toContain('\u001b');
});

test('beyond loopback without a password it warns; --quiet says nothing else', async () => {
  await using server = startCli([
    ...anyPorts,
    '--http-host',
    '0.0.0.0',
    '--db',
    ':memory:',
    '--quiet',
  ]);
  await new Promise((resolve) => server.child.stderr.once('data', resolve));
  expect(server.stderr).toContain('--http-auth (PRIXFIXE_HTTP_AUTH)');
  server.child.kill('SIGINT');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(server.stdout).toBe('');
});

test('sendmail as a process: the message on standard input, the status for the caller', async () => {
  await using server = await startTestServer();
  const env = { PRIXFIXE_SMTP_PORT: String(server.port) };
  await using mail = startCli(['sendmail', '-t', '-i'], env);
  mail.child.stdin.end('To: ada@example.test\nSubject: cron\n\nhi\n');
  expect(await mail.ended).toEqual({ code: 0, signal: null });
  expect(server.messages[0]?.envelope.forwardPaths).toMatchObject([
    { address: 'ada@example.test' },
  ]);
  await using nobody = startCli(['sendmail'], env);
  nobody.child.stdin.end('x');
  expect(await nobody.ended).toMatchObject({ code: 64 });
});

test('what is not a configuration is refused without being read to its end, or acted on', async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, 'odd.json');
  await writeFile(file, '{"\\u001b[31mx": 1}');
  await using endless = startCli(['--config', '/dev/zero']);
  await using directory = startCli(['--config', folder.path]);
  await using odd = startCli(['--config', file]);
  await using certificate = startCli([
    ...[...anyPorts, '--db', ':memory:'],
    ...['--tls-cert', '/dev/zero', '--tls-key', '/dev/zero'],
  ]);
  expect(await endless.ended).toMatchObject({ code: 1 });
  expect(endless.stderr).toContain('/dev/zero cannot be read (it is larger than 1 MiB)');
  expect(await directory.ended).toMatchObject({ code: 1 });
  expect(directory.stderr).toContain('--config (PRIXFIXE_CONFIG)');
  expect(await odd.ended).toMatchObject({ code: 1 });
  expect(odd.stderr).toContain('"\\u001b[31mx"');
  expect(odd.stderr).not.toContain('\u001b');
  expect(await certificate.ended).toMatchObject({ code: 1 });
  expect(certificate.stderr).toContain('/dev/zero cannot be read: it is larger than 1 MiB');
});

test('the name of the database cannot act on the terminal', async () => {
  await using folder = await temporaryDirectory();
  const db = join(folder.path, '\u001b[2Jx\n  Inbox  y.db');
  await using server = startCli([...anyPorts, '--data-dir', folder.path, '--db', db]);
  await server.printed(/stop with Ctrl\+C/);
  expect(server.stdout).toContain('\\u001b[2Jx\\u000a  Inbox  y.db');
  expect(server.stdout).not.toContain('\u001b');
});

test('a data directory that cannot be made: one sentence with a way out', async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  await using server = startCli([...anyPorts, '--data-dir', file]);
  expect(await server.ended).toMatchObject({ code: 1 });
  expect(server.stderr.trim().split('\n')).toHaveLength(1);
  expect(server.stderr).toContain('--data-dir (PRIXFIXE_DATA_DIR)');
});
