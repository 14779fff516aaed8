/** Against a real server; where it matters, as a process of its own. */
import { createTransport } from 'nodemailer';
import { beforeAll, expect, test } from 'vitest';
import { startSink } from '../sink/start-sink.ts';
import type { Sink } from '../sink/types.ts';
import { startCli } from '../testing/cli-process.ts';
import { runCommand } from '../testing/command-io.ts';
import { waitCommand } from './wait.ts';

let sink: Sink;

beforeAll(async () => {
  sink = await startSink({ web: true });
  return () => sink.stop();
});

async function send(to: string, message: object): Promise<void> {
  const transport = createTransport(sink.nodemailer());
  await transport.sendMail({ from: 'shop@corner.test', to, ...message });
  transport.close();
}

function wait(...argv: string[]) {
  return runCommand(waitCommand, ['--url', sink.webUrl ?? '', ...argv]);
}

test('--help says what can be asked for', async () => {
  const { status, out } = await runCommand(waitCommand, ['--help']);
  expect(status).toBe(0);
  expect(out.toString()).toMatch(/Usage\s+prixfixe-dev wait \[options\]/);
  expect(out.toString()).toMatch(/One\s+of json, code, link, text, eml, id\./);
});

test.each([
  [['ada@example.test'], /given with --to/],
  [['--print', 'everything'], /--print/],
  [['--timeout', 'soon'], /--timeout/],
] as const)('%j is refused', async (argv, told) => {
  await expect(wait(...argv)).rejects.toMatchObject({
    exitStatus: 64,
    message: expect.stringMatching(told),
  });
});

test('a server that does not answer is told of, and how to name another', async () => {
  await expect(runCommand(waitCommand, ['--url', 'http://127.0.0.1:1'])).rejects.toMatchObject({
    exitStatus: 1,
    message: expect.stringContaining('127.0.0.1:1'),
  });
});

test('the newest that is there is printed in the form that is asked for', async () => {
  await send('ada@example.test', { subject: 'Old', text: 'Your code is 111111' });
  await send('ada@example.test', {
    subject: 'Your code',
    text: 'Your code is 482913. Confirm: https://corner.test/confirm?t=1',
    attachments: [{ filename: 'terms.pdf', content: '%PDF-1.4' }],
  });
  const print = async (what: string) => {
    const run = await wait('--to', 'ada@example.test', '--print', what);
    expect(run).toMatchObject({ status: 0, told: '' });
    return run.out.toString();
  };
  expect(await print('code')).toBe('482913\n');
  expect(await print('link')).toBe('https://corner.test/confirm?t=1\n');
  expect(await print('text')).toContain('Your code is 482913. Confirm');
  expect(await print('eml')).toMatch(/^(?:.*\r\n)*Subject: Your code\r\n/);
  expect(JSON.parse(await print('json'))).toMatchObject({
    subject: 'Your code',
    envelope: { to: ['ada@example.test'] },
    codes: [{ value: '482913' }],
    links: [{ url: 'https://corner.test/confirm?t=1', rel: 'action' }],
    attachments: [{ name: 'terms.pdf', type: 'application/pdf', sizeBytes: 8 }],
  });
  const id = (await print('id')).trim();
  await expect(
    wait('--to', 'ada@example.test', '--after', id, '--timeout', '0s'),
  ).rejects.toMatchObject({ exitStatus: 1 });
});

test('what did not come, and what came instead, is told', async () => {
  await send('bob@example.test', { subject: 'Hello Bob', text: 'Hi' });
  await expect(
    wait('--to', 'bob@example.test', '--subject', 'Invoice', '--timeout', '50ms'),
  ).rejects.toMatchObject({
    exitStatus: 1,
    message: expect.stringMatching(/Invoice[\s\S]*Hello Bob/),
  });
});

test('a message without the one code or link says what it has', async () => {
  const text =
    'Confirm: https://corner.test/confirm?t=1\nCancel your order: https://corner.test/confirm?t=2';
  await send('cy@example.test', { subject: 'Two', text });
  const argv = ['--to', 'cy@example.test', '--print'];
  await expect(wait(...argv, 'code')).rejects.toMatchObject({ exitStatus: 1 });
  await expect(wait(...argv, 'link')).rejects.toMatchObject({
    message: expect.stringMatching(/t=1[\s\S]*t=2/),
  });
  const { out } = await wait(...argv, 'link', '--link', 't=2');
  expect(out.toString()).toBe('https://corner.test/confirm?t=2\n');
});

test('as a process: it waits for what is still to come, and ends', async () => {
  const url = sink.webUrl ?? '';
  const argv = ['wait', '--to', 'dora@example.test', '--print', 'code', '--timeout', '60s'];
  await using cli = startCli(argv, { PRIXFIXE_URL: url });
  cli.child.stdin.end();
  await send('dora@example.test', { subject: 'Code', text: 'Your code: 7391' });
  expect(await cli.ended).toEqual({ code: 0, signal: null });
  expect(cli.stdout).toBe('7391\n');
  expect(cli.stderr).toBe('');
});

test('as a process: exit status 1 and the reason', async () => {
  await using cli = startCli(['wait', '--to', 'nobody@example.test', '--timeout', '10ms'], {
    PRIXFIXE_URL: sink.webUrl ?? '',
  });
  cli.child.stdin.end();
  expect(await cli.ended).toEqual({ code: 1, signal: null });
  expect(cli.stdout).toBe('');
  expect(cli.stderr).toContain('nobody@example.test');
});
