/** What a sink costs and leaves behind in the process that uses it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runProgram } from '../testing/run-program.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const library = new URL('../index.ts', import.meta.url).href;

/** Runs a program from source to its own end; one that is held open runs into the test's limit. */
async function run(program: string, extension: 'mjs' | 'cjs' = 'mjs') {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, `program.${extension}`);
  await writeFile(file, program);
  const coverage = join(folder.path, 'coverage');
  const ran = await runProgram(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    env: { NODE_V8_COVERAGE: coverage },
  });
  const reports = await readdir(coverage).catch(() => []);
  const loaded = new Set<string>();
  for (const report of reports) {
    const { result } = JSON.parse(await readFile(join(coverage, report), 'utf8'));
    for (const { url } of result) loaded.add(url);
  }
  return { ...ran, loaded: [...loaded] };
}

const deliver = `
import { connect } from 'node:net';
function deliver(port, to) {
  const lines = ['EHLO c', 'MAIL FROM:<a@b.test>', 'RCPT TO:<' + to + '>', 'DATA', 'Subject: hi\\r\\n\\r\\n.'];
  const socket = connect(port, '127.0.0.1').on('data', () => {
    const line = lines.shift();
    if (line !== undefined) socket.write(line + '\\r\\n');
  });
  socket.on('error', () => {});
  return socket;
}
`;

test('it loads no page, no HTTP and no client, prints nothing, and lets the process end', async () => {
  const ran = await run(`${deliver}
    import { startSink } from '${library}';
    const before = process._getActiveHandles().length;
    const sink = await startSink();
    const inbox = sink.inbox();
    // It stays connected: stop() has to drop it.
    const client = deliver(sink.port, inbox.address);
    await inbox.next();
    await inbox.next({}, 10).catch((error) => error);
    await sink.stop();
    client.destroy();
    if (!client.closed) await new Promise((resolve) => client.once('close', resolve));
    // The client's own socket, too, goes with the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    const left = process._getActiveHandles().length - before;
    if (left !== 0) throw new Error(left + ' handles are left');
  `);
  expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const ours = ran.loaded.filter((url) => url.includes('/server/'));
  expect(ours.some((url) => url.endsWith('/server/smtp/server.ts'))).toBe(true);
  // Of nodemailer the reader of messages splits lists of addresses, and nothing else is wanted.
  const unwanted =
    /\/server\/http\/(?!types)|\/server\/(?:commands|relay)\/|\/server\/metrics\/metrics|node_modules\/(?:hono|@hono|zod|iconv-lite|nodemailer(?!.*addressparser)|ws|react|vite)\//;
  expect(ran.loaded.filter((url) => unwanted.test(url))).toEqual([]);
});

test('no certificate is made until somebody asks for TLS', async () => {
  const ran = await run(`
    import { createRequire } from 'node:module';
    const crypto = createRequire(import.meta.url)('node:crypto');
    const { syncBuiltinESMExports } = await import('node:module');
    let made = 0;
    const { generateKeyPairSync } = crypto;
    crypto.generateKeyPairSync = (...given) => { made += 1; return generateKeyPairSync(...given); };
    syncBuiltinESMExports();
    const { startSink } = await import('${library}');
    const sink = await startSink();
    console.log(made);
    if (!sink.ca.includes('BEGIN CERTIFICATE')) throw new Error('no CA');
    console.log(made, sink.ca === sink.ca);
    await sink.stop();
  `);
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toBe('0\n2 true\n');
});

test('several in one process do not touch each other; an attached one leaves nothing either', async () => {
  const ran = await run(`${deliver}
    import { attachSink, startSink } from '${library}';
    const before = process._getActiveHandles().length;
    const [one, two] = await Promise.all([startSink(), startSink({ web: true })]);
    const far = await attachSink(two.webUrl);
    const inbox = far.inbox();
    const client = deliver(far.port, inbox.address);
    const mail = await inbox.next();
    await one.none();
    if ((await two.all()).length !== 1 || (await one.all()).length !== 0) throw new Error('mixed');
    await one.reset();
    if ((await far.all())[0].id !== mail.id) throw new Error('gone');
    await far.stop();
    await Promise.all([one.stop(), two.stop()]);
    client.destroy();
    if (!client.closed) await new Promise((resolve) => client.once('close', resolve));
    // The client's own socket, too, goes with the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    const left = process._getActiveHandles().length - before;
    if (left !== 0) throw new Error(left + ' handles are left');
  `);
  expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
});

test('CommonJS uses it by a dynamic import', async () => {
  const ran = await run(
    `import('${library}').then(async ({ startSink }) => {
      const sink = await startSink();
      console.log(typeof require, sink.url.startsWith('smtp://127.0.0.1:'));
      await sink[Symbol.asyncDispose]();
    });`,
    'cjs',
  );
  expect(ran).toMatchObject({ code: 0, stdout: 'function true\n', stderr: '' });
});
