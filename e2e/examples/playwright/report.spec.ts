/** What the report of a failed test has. Runs Playwright in Playwright, on tests that fail. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const here = import.meta.dirname;
const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');

interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly path?: string;
  readonly body?: string;
}

interface Report {
  readonly suites: readonly {
    readonly specs: readonly {
      readonly title: string;
      readonly tests: readonly {
        readonly results: readonly {
          readonly status: string;
          readonly error?: { readonly message: string };
          readonly attachments: readonly Attachment[];
        }[];
      }[];
    }[];
  }[];
}

async function resultOf(title: string, report: Report) {
  const spec = report.suites[0]?.specs.find((one) => one.title === title);
  const result = spec?.tests[0]?.results[0];
  if (result === undefined) throw new Error(`No result of "${title}"`);
  return result;
}

async function contentOf(attachments: readonly Attachment[], name: string): Promise<Buffer> {
  const found = attachments.find((attachment) => attachment.name === name);
  if (found === undefined) {
    throw new Error(`No ${name} among ${attachments.map((one) => one.name).join(', ')}`);
  }
  if (found.path !== undefined) return readFile(found.path);
  return Buffer.from(found.body ?? '', 'base64');
}

test('a failed test has its mail, how it looks and the dialogue', async () => {
  const testInfo = test.info();
  test.setTimeout(120_000);
  const output = testInfo.outputPath('report.json');
  const child = spawn(
    process.execPath,
    [
      cli,
      'test',
      '--config',
      join(here, 'failing'),
      '--reporter=json',
      '--output',
      testInfo.outputPath('inner'),
    ],
    { env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: output }, stdio: 'inherit' },
  );
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(1);
  const report = JSON.parse(await readFile(output, 'utf8')) as Report;

  const came = await resultOf('mail came', report);
  expect(came.error?.message).toContain('Goodbye');
  expect((await contentOf(came.attachments, 'mail-1.eml')).toString()).toContain('Subject: Hello');
  expect((await contentOf(came.attachments, 'mail-1-smtp.txt')).toString()).toContain('RCPT TO');
  const picture = await contentOf(came.attachments, 'mail-1.png');
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.readUInt32BE(16)).toBe(700);

  const none = await resultOf('no mail came', report);
  expect((await contentOf(none.attachments, 'smtp-sessions.txt')).toString()).toContain('EHLO');

  const well = await resultOf('all is well', report);
  expect(well.status).toBe('passed');
  expect(well.attachments).toEqual([]);
});
