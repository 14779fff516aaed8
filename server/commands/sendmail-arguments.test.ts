import { expect, test } from 'vitest';
import { readSendmailArguments } from './sendmail-arguments.ts';

function read(...argv: readonly string[]) {
  const reading = readSendmailArguments(argv);
  if (!reading.ok) throw new Error(reading.error);
  return reading.value;
}

test.each([
  [['-bp'], '-bp is not supported'],
  [['-bd'], '-bd is not supported'],
  [['-f'], '-f needs a value'],
  [['-Z'], '-Z is no flag of sendmail'],
])('%j is refused', (argv, error) => {
  expect(readSendmailArguments(argv)).toMatchObject({
    ok: false,
    error: expect.stringContaining(error),
  });
});

test('PHP: -t -i, together or apart', () => {
  for (const argv of [['-t', '-i'], ['-ti'], ['-it'], ['-t', '-oi']]) {
    expect(read(...argv)).toMatchObject({ recipientsFromHeader: true, dotIsText: true });
  }
});

test('values follow at once or after a blank; -f "" is the null reverse-path', () => {
  expect(read('-fada@example.test', 'b@c.test').reversePath).toBe('ada@example.test');
  expect(read('-f', 'ada@example.test', 'b@c.test')).toMatchObject({
    reversePath: 'ada@example.test',
    recipients: ['b@c.test'],
  });
  expect(read('-r', '<ada@example.test>').reversePath).toBe('ada@example.test');
  expect(read('-f', '<>').reversePath).toBe('');
  expect(read('-f', '').reversePath).toBe('');
  expect(read('-tF', 'Ada L').fullName).toBe('Ada L');
});

test('cron, git and mutt: their other flags do not take recipients away', () => {
  expect(read('-FCronDaemon', '-i', '-odi', '-oem', '-oi', '-t', 'root').recipients).toEqual([
    'root',
  ]);
  expect(read('-oem', '-B8BITMIME', '--', '-odd@example.test').recipients).toEqual([
    '-odd@example.test',
  ]);
  expect(read('-N', 'failure', '-R', 'hdrs', '-v', 'a@b.test, c@d.test').recipients).toEqual([
    'a@b.test',
    'c@d.test',
  ]);
});

test('long flags are ours', () => {
  expect(read('-t', '--smtp-port', '2525', '--smtp-host=::1', 'a@b.test')).toMatchObject({
    ownArguments: ['--smtp-port', '2525', '--smtp-host=::1'],
    recipients: ['a@b.test'],
  });
});
