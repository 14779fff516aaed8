import { describe, expect, test } from 'vitest';
import { type App, startApp } from '../app.ts';
import { defaultConfig } from '../config/parse.ts';
import { faultList } from '../http/fault-shapes.ts';
import { createLog } from '../log.ts';
import { startCli } from '../testing/cli-process.ts';
import { runCommand } from '../testing/command-io.ts';
import { visit } from '../testing/fault-server.ts';
import { faultCommand } from './fault.ts';

const httpAuth = { user: 'ada', password: 'pass' };

async function startServer(): Promise<App & AsyncDisposable> {
  const config = defaultConfig({ db: ':memory:', smtpPort: 0, httpPort: 0, tls: false, httpAuth });
  const app = await startApp(config, { log: createLog({ level: 'error', write: () => {} }) });
  return { ...app, [Symbol.asyncDispose]: () => app.close() };
}

async function fault(app: App, ...argv: readonly string[]): Promise<string> {
  const secrets = ['--url', app.url ?? '', '--http-auth', 'ada:pass'];
  const { status, out, told } = await runCommand(faultCommand, [...argv, ...secrets]).catch(
    (error: Error & { exitStatus?: number }) => ({
      status: error.exitStatus ?? -1,
      out: Buffer.from(''),
      told: error.message,
    }),
  );
  return `${status}: ${out}${told}`.trim();
}

test('a rule is added, seen, paused, waited for and removed', async () => {
  await using app = await startServer();
  expect(await fault(app, 'list')).toBe('0: There are no fault rules.');
  expect(await fault(app, 'rcpt:452', '--to', '*@full.test', '--times', '2')).toBe(
    '0: f1  armed, 0 hits  rcpt: 452, recipient *@full.test, 2 times',
  );
  expect(await visit({ port: app.smtp.port, recipient: 'a@full.test' })).toContain(' 452 ');
  expect(await fault(app, 'list')).toMatch(/^0: f1 {2}armed, 1 hit {2}rcpt: 452/);
  expect(await fault(app, 'wait', 'f1')).toMatch(/^0: 20\S+Z {2}rcpt: 452$/);
  expect(await fault(app, 'wait', 'f1', '--count', '2', '--timeout', '1ms')).toMatch(
    /^1: .* answered 408: Fault f1 .* fired 1 of 2 times within 1 ms/,
  );
  expect(await fault(app, 'pause', 'f1')).toMatch(/^0: f1 {2}paused/);
  expect(await fault(app, 'resume', 'f1')).toMatch(/^0: f1 {2}armed/);
  expect(await fault(app, 'remove', 'f1')).toMatch(/^0: f1 {2}removed, 1 hit/);
  expect(await fault(app, 'remove', 'f1')).toMatch(/^1: .* answered 404: There is no fault rule/);
  expect(await fault(app, 'clear')).toBe('0: 0 rules removed.');
});

test('sequences, JSON and scenarios', async () => {
  await using app = await startServer();
  expect(await fault(app, 'rcpt:451,451,ok', '--per', 'recipient')).toMatch(/rcpt: 451, 451, ok/);
  expect(await fault(app, '{"at":"final","effect":{"kind":"lose"}}')).toMatch(/final: lose$/);
  expect(await fault(app, 'scenario', 'mailbox-full', '--to', '*@x.test')).toMatch(
    /rcpt: 452 4\.2\.2, recipient \*@x\.test \(Mailbox full\)$/,
  );
  expect(await fault(app, 'scenarios')).toMatch(/^greylisting +The first attempt/m);
  expect(await fault(app, 'clear')).toBe('0: 3 rules removed.');
});

describe('what is wrong is told, with the status of a wrong call', () => {
  test.each<readonly [readonly string[], string]>([
    [[], 'Say what is to go wrong'],
    [['rcpt:nonsense'], 'has the effect "nonsense"; there are 452'],
    [['rcpt:lose'], 'cannot happen at rcpt'],
    [['rcpt:452', 'data:451'], 'one rule at a time'],
    [['rcpt:452', '--times', 'two'], 'a whole number is expected'],
    [['rcpt:452', '--tiems', '2'], 'Did you mean --times?'],
    [['scenario'], 'Give the name of a scenario'],
    [['scenario', 'sunspots'], 'there are provider-outage'],
    [['remove'], 'Give the id of a rule'],
  ])('%j', async (argv, words) => {
    await expect(runCommand(faultCommand, argv)).rejects.toMatchObject({
      exitStatus: 64,
      message: expect.stringContaining(words),
    });
  });

  test('and so is a server that is not there', async () => {
    await expect(
      runCommand(faultCommand, ['clear', '--url', 'http://127.0.0.1:9']),
    ).rejects.toThrow(/cannot be reached.*--url/);
  });

  test('--help names the points and effects', async () => {
    const { out } = await runCommand(faultCommand, ['--help']);
    expect(out.toString()).toMatch(/starttls.*store-then-fail.*--to/s);
  });
});

test('a server starts with rules, and without magic addresses where they are not wanted', async () => {
  const argv = ['--db', ':memory:', '--smtp-port', '0', '--http-port', '0', '--no-tls'];
  const rules = ['--fault', 'rcpt:451,ok; mail:450 from=x@y.test', '--fault', 'scenario:lost-mail'];
  await using cli = startCli([...argv, ...rules, '--no-magic-addresses']);
  const [, url = ''] = await cli.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
  const { faults, magic } = faultList.parse(await (await fetch(`${url}/api/faults`)).json());
  expect(faults.map(({ text }) => text)).toEqual([
    'rcpt: 451, ok',
    'mail: 450, sender x@y.test',
    'final: lose, every 2.',
  ]);
  expect(magic.state).toBe('paused');
});
