/**
 * Suites of projects that were written for Mailpit, in three languages, as they are: of this
 * server they are told the address.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Storage } from '../../../storage/types.ts';
import { type MailFixture, startMail } from '../../../testing/mail-fixture.ts';
import { type Ran, runProgram } from '../../../testing/run-program.ts';

let mail: MailFixture;
/** Says that it has deleted, and has not: no suite may take that for a mail catcher. */
let forgetful: MailFixture;
beforeAll(async () => {
  mail = await startMail();
  forgetful = await startMail({ wrapStorage: withoutDeletion });
  await forgetful.send({ from: 'old@example.test', to: 'user@example.test', text: 'old' });
});
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
  await forgetful[Symbol.asyncDispose]();
});

function withoutDeletion(storage: Storage): Storage {
  const nothing = { id: '', count: 0, ids: [], undoUntilMs: 0 };
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'remove') return async () => nothing;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const suites = [
  ['Node', process.execPath, ['--test', './suite.mjs'], /# pass 4/],
  ['Python', 'python3', ['suite.py'], /Ran 8 tests[\s\S]*OK/],
  ['a shell', 'sh', ['suite.sh'], /ok - unknown call/],
] as const;

function runSuite(program: string, args: readonly string[], against: MailFixture): Promise<Ran> {
  return runProgram(program, args, {
    cwd: join(import.meta.dirname, 'suites'),
    env: { MAILPIT_URL: against.url, SMTP_PORT: String(against.smtpPort) },
  });
}

/** A machine without Python cannot show this; one that has it must. */
const isMissing = (program: string) =>
  spawnSync(program, ['-c', ''], { stdio: 'ignore' }).error !== undefined;

test.for(suites)('in %s', { timeout: 120_000 }, async ([, program, args, success], { skip }) => {
  if (isMissing(program)) return skip(`there is no ${program} here`);
  const { code, stdout, stderr } = await runSuite(program, args, mail);
  expect(stdout + stderr).toMatch(success);
  expect(stdout).not.toMatch(/^not ok/m);
  expect(code).toBe(0);
});

test.for(suites)(
  'in %s fails against a server that does not do what it says',
  { timeout: 120_000 },
  async ([, program, args], { skip }) => {
    if (isMissing(program)) return skip(`there is no ${program} here`);
    const { code } = await runSuite(program, args, forgetful);
    expect(code).not.toBe(0);
  },
);
