/**
 * Suites of projects that were written for Mailpit, in three languages, as they are: of this
 * server they are told the address.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';
import { runProgram } from '../../../testing/run-program.ts';

let mail: MailFixture;
beforeAll(async () => {
  mail = await startMail();
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
});

const suites = [
  ['Node', process.execPath, ['--test', './suite.mjs'], /# pass 3/],
  ['Python', 'python3', ['suite.py'], /Ran 8 tests[\s\S]*OK/],
  ['a shell', 'sh', ['suite.sh'], /ok - unknown call/],
] as const;

test.each(suites)(
  'in %s',
  async (_, program, args, success) => {
    const isThere = spawnSync(program, ['-c', ''], { stdio: 'ignore' }).error === undefined;
    // A machine without Python cannot show this; one that has it must.
    if (!isThere) return;
    const { code, stdout, stderr } = await runProgram(program, args, {
      cwd: join(import.meta.dirname, 'suites'),
      env: { MAILPIT_URL: mail.url, SMTP_PORT: String(mail.smtpPort) },
    });
    expect(stdout + stderr).toMatch(success);
    expect(stdout).not.toMatch(/^not ok/m);
    expect(code).toBe(0);
  },
  120_000,
);
