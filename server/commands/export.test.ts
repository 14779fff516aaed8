import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type App, startApp } from '../app.ts';
import { defaultConfig } from '../config/parse.ts';
import { createLog } from '../log.ts';
import { runCommand } from '../testing/command-io.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { exportCommand, fileNameOf } from './export.ts';
import { importCommand } from './import.ts';
import { SmtpClient } from './smtp-client.ts';

const httpAuth = { user: 'ada', password: 'pass' };
const secrets = ['--http-auth', 'ada:pass'];

async function startServer(): Promise<App & AsyncDisposable> {
  const config = defaultConfig({ db: ':memory:', smtpPort: 0, httpPort: 0, tls: false, httpAuth });
  const app = await startApp(config, { log: createLog({ level: 'error', write: () => {} }) });
  return { ...app, [Symbol.asyncDispose]: () => app.close() };
}

const messages = [
  'Subject: Gr\xfc\xdfe ../../etc\r\nTo: a@b.test\r\n\r\nFrom here\r\n>From there\r\n',
  'Subject: one\r\n\r\nbare\nfeed, \0 and \xff\r\n.\r\nno end',
  '',
];

async function deliver(app: App): Promise<void> {
  const { host, port } = app.smtp;
  const client = await SmtpClient.connect({ smtpHost: host, smtpPort: port, smtpUser: null });
  for (const text of messages) {
    const octets = Buffer.from(text, 'latin1');
    const sent = { reversePath: 'x@y.test', forwardPaths: ['a@b.test'], octets };
    expect(await client.send(sent)).toEqual({ accepted: true, refusals: [] });
  }
  await client.close();
}

test.each([
  ['../../etc/passwd', 'etc-passwd'],
  ['', 'no-subject'],
  ['...', 'no-subject'],
  ['Héllo, wörld! \r\n\u0000', 'Héllo-wörld'],
  ['件名 テスト', '件名-テスト'],
  ['x'.repeat(300), 'x'.repeat(40)],
])('the file of subject %j', (subject, slug) => {
  const name = fileNameOf({ id: 'Ab1', receivedAt: '2026-01-02T03:04:05.678Z', subject });
  expect(name).toBe(`2026-01-02T030405Z-${slug}-Ab1.eml`);
  expect(Buffer.byteLength(name)).toBeLessThan(255);
});

test('.eml files hold what was sent, octet for octet', async () => {
  await using server = await startServer();
  await using folder = await temporaryDirectory();
  await deliver(server);
  const target = join(folder.path, 'out');
  const run = await runCommand(exportCommand, [target, '--url', server.url ?? '', ...secrets]);
  expect(run.status).toBe(0);
  expect(run.told).toMatch(/^3 messages exported to /);
  const names = await readdir(target);
  const contents = await Promise.all(names.map((name) => readFile(join(target, name), 'latin1')));
  expect(contents.sort()).toEqual([...messages].sort());
});

test('a search chooses; a mailbox file can be imported again', async () => {
  await using server = await startServer();
  await using folder = await temporaryDirectory();
  await deliver(server);
  const file = join(folder.path, 'all.mbox');
  const argv = ['--query', 'subject:one', '--url', server.url ?? '', ...secrets];
  const one = await runCommand(exportCommand, ['-', ...argv]);
  expect(one.told).toMatch(/^1 message exported/);
  expect(one.out.toString('latin1')).toMatch(/^From x@y\.test .* \d{4}\n/);
  expect(one.out.toString('latin1')).toContain(messages[1]);

  await runCommand(exportCommand, [file, '--url', server.url ?? '', ...secrets]);
  await using second = await startServer();
  await runCommand(importCommand, [file, '--smtp-port', String(second.smtp.port)]);
  const { messages: found } = await second.storage.list({
    filter: null,
    limit: 10,
    beforeSeq: null,
    skip: 0,
  });
  const raws = await Promise.all(found.map(({ id }) => second.storage.raw(id)));
  expect(Buffer.from(raws.at(-1) ?? []).toString('latin1')).toBe(messages[0]);
  expect(found).toHaveLength(3);
});

test('no server, no password, no such search: a sentence that says what to do', async () => {
  const server = await startServer();
  const fails = (...argv: string[]) =>
    expect(runCommand(exportCommand, ['-', '--url', server.url ?? '', ...argv])).rejects;
  await fails().toMatchObject({ message: expect.stringContaining('--http-auth') });
  await fails(...secrets, '--query', 'nonsense:1').toMatchObject({
    message: expect.stringContaining('400'),
  });
  await server.close();
  await fails().toMatchObject({ message: expect.stringContaining('--url (PRIXFIXE_URL)') });
  await expect(runCommand(exportCommand, [])).rejects.toMatchObject({ exitStatus: 64 });
});
