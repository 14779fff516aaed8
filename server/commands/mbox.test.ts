import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MboxFormat, type MboxMessage, mboxEntry, readMbox } from './mbox.ts';

async function read(file: Buffer | string, format: MboxFormat, chunkBytes = 7) {
  const octets = Buffer.from(file);
  async function* chunks() {
    for (let at = 0; at < octets.length; at += chunkBytes)
      yield octets.subarray(at, at + chunkBytes);
  }
  const messages: MboxMessage[] = [];
  for await (const message of readMbox(chunks(), format)) messages.push(message);
  return messages.map(({ octets: raw, sender }) => [sender, raw.toString('latin1')]);
}

const file = [
  'From ada@example.test Thu Jan  1 00:00:00 2026',
  'Subject: one',
  '',
  'From the start of a body, which is no message after a line with text.'.replace('From', '>From'),
  'A line,',
  'From here on still the same message',
  '>>From quoted twice',
  '',
  'From MAILER-DAEMON Thu Jan  1 00:00:01 2026',
  'Subject: two',
  '',
  '',
].join('\n');

test('only "From " after an empty line separates; mboxrd takes one quote away', async () => {
  expect(await read(file, 'mboxrd')).toEqual([
    [
      'ada@example.test',
      'Subject: one\n\nFrom the start of a body, which is no message after a line with text.\nA line,\nFrom here on still the same message\n>From quoted twice\n',
    ],
    ['', 'Subject: two\n'],
  ]);
});

test('mboxo leaves what was quoted twice', async () => {
  const [[, text = ''] = []] = await read(file, 'mboxo');
  expect(text).toContain('\n>>From quoted twice\n');
  expect(text).toContain('\nFrom the start');
});

test('what is no mailbox holds no message', async () => {
  expect(await read('Subject: x\n\nFor y', 'mboxrd')).toEqual([]);
  expect(await read('', 'mboxrd')).toEqual([]);
});

test('any lines written are read back as they were, whatever the chunks', async () => {
  const line = fc.oneof(
    fc.stringMatching(/^[ -~]*$/),
    fc.constantFrom('', 'From x', '>From x', '>>From x', '\u00e9', '\r'),
  );
  const message = fc.array(line, { minLength: 1 }).map((lines) => `${lines.join('\n')}\n`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(message),
      fc.integer({ min: 1, max: 50 }),
      async (all, chunkBytes) => {
        const at = new Date(0);
        const entries = all.map((text) =>
          mboxEntry({ octets: Buffer.from(text, 'latin1'), sender: 'a@b.test', at }),
        );
        const found = await read(Buffer.concat(entries), 'mboxrd', chunkBytes);
        expect(found.map(([, text]) => text)).toEqual(all);
      },
    ),
    { numRuns: 60 },
  );
});

test('the "From " line has the null reverse-path and the time as RFC 4155 wants them', () => {
  const entry = mboxEntry({
    octets: Buffer.from('x'),
    sender: '',
    at: new Date('2026-03-04T05:06:07Z'),
  });
  expect(entry.toString()).toBe('From MAILER-DAEMON Wed Mar  4 05:06:07 2026\nx\n\n');
});
