/** The recipes as they stand in RECIPES.md, against a real server. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sink, startSink } from '../index.ts';
import { runProgram } from '../testing/run-program.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';

let sink: Sink;
let recipes = '';

beforeAll(async () => {
  recipes = await readFile(new URL('RECIPES.md', import.meta.url), 'utf8');
  sink = await startSink({ web: true });
});
afterAll(() => sink.stop());

/** The code block under a heading. */
function snippet(heading: string): string {
  const section = recipes.split(`### ${heading}\n`)[1] ?? '';
  return /```\w+\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
}

async function deliver(): Promise<string> {
  const { address } = sink.inbox('recipe');
  const transport = createTransport(sink.nodemailer());
  const text = 'Your verification code is 493027.';
  await transport.sendMail({ from: 'a@b.test', to: address, subject: 'Confirm', text });
  return address;
}

const isThere = async (program: string, ask = '--version') =>
  (await runProgram(program, [ask]).catch(() => null))?.code === 0;

test('Python: the message, and why none came', async ({ skip }) => {
  if (!(await isThere('python3'))) return skip('there is no Python here');
  const address = await deliver();
  const program = [
    'import sys\nbase, address = sys.argv[1:]',
    snippet('Python'),
    'print(code)',
    'try:\n    wait_for_mail(base, to=address, subject="Nothing", timeout="10ms")',
    'except AssertionError as error:\n    print(error)',
  ].join('\n');
  const ran = await runProgram('python3', ['-', sink.webUrl ?? '', address], { input: program });
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toMatch(/^493027\nNo matching mail/);
});

test('the shell: what curl prints', async ({ skip }) => {
  if (!(await isThere('curl'))) return skip('there is no curl here');
  const address = await deliver();
  const line = snippet('Shell').replace('ann@signup.test', address);
  const env = { PRIXFIXE_URL: sink.webUrl ?? '' };
  const ran = await runProgram('sh', ['-c', line], { env });
  expect(JSON.parse(ran.stdout)).toMatchObject({ subject: 'Confirm' });
  expect((await runProgram('sh', ['-c', line.replace('10s', '10ms')], { env })).code).not.toBe(0);
});

test('Java: the message', { timeout: 120_000 }, async ({ skip }) => {
  if (!(await isThere('java'))) return skip('there is no Java here');
  await using folder = await temporaryDirectory();
  await mkdir(folder.path, { recursive: true });
  const file = join(folder.path, 'Recipe.java');
  const main =
    'public static void main(String[] given) throws Exception { System.out.println(waitForMail(given[0], given[1])); }';
  const imports = ['java.net.URI', 'java.net.http.*', 'java.net.http.HttpResponse.BodyHandlers'];
  const head = imports.map((name) => `import ${name};`).join('\n');
  await writeFile(file, `${head}\nclass Recipe {\n${snippet('Java')}\n${main}\n}\n`);
  const address = await deliver();
  const ran = await runProgram('java', [file, sink.webUrl ?? '', `to=${address}&timeout=10s`]);
  expect(JSON.parse(ran.stdout)).toMatchObject({ codes: [{ value: '493027' }] });
});

test('PHP: the message, and why none came', async ({ skip }) => {
  if (!(await isThere('php'))) return skip('there is no PHP here');
  const address = await deliver();
  const program = [
    '<?php',
    snippet('PHP'),
    '[, $base, $address] = $argv;',
    "$mail = wait_for_mail($base, ['to' => $address, 'subject' => 'Confirm', 'timeout' => '10s']);",
    'echo $mail["codes"][0]["value"], "\\n";',
    "try { wait_for_mail($base, ['to' => $address, 'subject' => 'Nothing', 'timeout' => '10ms']); }",
    'catch (RuntimeException $error) { echo $error->getMessage(); }',
  ].join('\n');
  const ran = await runProgram('php', ['--', sink.webUrl ?? '', address], { input: program });
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toMatch(/^493027\nNo matching mail/);
});

test('Ruby: the message, and why none came', async ({ skip }) => {
  if (!(await isThere('ruby'))) return skip('there is no Ruby here');
  const address = await deliver();
  const program = [
    snippet('Ruby'),
    'base, address = ARGV',
    'mail = wait_for_mail(base, to: address, subject: "Confirm", timeout: "10s")',
    'puts mail["codes"][0]["value"]',
    'begin',
    '  wait_for_mail(base, to: address, subject: "Nothing", timeout: "10ms")',
    'rescue RuntimeError => error',
    '  puts error.message',
    'end',
  ].join('\n');
  const ran = await runProgram('ruby', ['-', sink.webUrl ?? '', address], { input: program });
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toMatch(/^493027\nNo matching mail/);
});

test('Go: the message, and why none came', { timeout: 120_000 }, async ({ skip }) => {
  if (!(await isThere('go', 'version'))) return skip('there is no Go here');
  await using folder = await temporaryDirectory();
  await mkdir(folder.path, { recursive: true });
  const imports = ['encoding/json', 'fmt', 'net/http', 'net/url', 'os'];
  const main = `func main() {
	base, address := os.Args[1], os.Args[2]
	mail, err := waitForMail(base, url.Values{"to": {address}, "subject": {"Confirm"}, "timeout": {"10s"}})
	if err != nil {
		panic(err)
	}
	fmt.Println(mail["codes"].([]any)[0].(map[string]any)["value"])
	_, err = waitForMail(base, url.Values{"to": {address}, "subject": {"Nothing"}, "timeout": {"10ms"}})
	fmt.Println(err)
}`;
  const file = join(folder.path, 'main.go');
  const head = imports.map((name) => `import "${name}"`).join('\n');
  await writeFile(file, `package main\n\n${head}\n\n${snippet('Go')}\n${main}\n`);
  const address = await deliver();
  // It compiles from its own sources and asks nobody for modules.
  const env = { GOPROXY: 'off', GO111MODULE: 'off' };
  const ran = await runProgram('go', ['run', file, sink.webUrl ?? '', address], { env });
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toMatch(/^493027\nNo matching mail/);
});

test('no double sending: the reply is lost, and the message is there', async () => {
  const inbox = sink.inbox();
  await using lost = await inbox.faults.add({
    at: 'final',
    when: { times: 1 },
    effect: { kind: 'store-then-fail' },
    mustFire: true,
  });
  const transport = createTransport(sink.nodemailer());
  const messageId = '<one@acme.test>';
  const message = { from: 'a@b.test', to: inbox.address, subject: 'Invoice', messageId };
  await expect(transport.sendMail(message)).rejects.toThrow();
  await transport.sendMail(message);
  await lost.fired();
  const sent = await inbox.nextN(2);
  expect(new Set(sent.map((mail) => mail.headers.get('Message-ID'))).size).toBe(1);
});

test('partial acceptance: one recipient is refused, the other has the message', async () => {
  const [good, bad] = [sink.inbox(), sink.inbox()];
  await using refused = await bad.faults.add({
    at: 'rcpt',
    effect: { kind: 'reply', code: 550 },
  });
  const transport = createTransport(sink.nodemailer());
  const to = [good.address, bad.address];
  const report = await transport.sendMail({ from: 'a@b.test', to, subject: 'Both' });
  expect(report.rejected).toEqual([bad.address]);
  expect(await refused.hits()).toHaveLength(1);
  await good.next();
  await bad.none();
});
