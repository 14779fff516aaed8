import { expect, test } from 'vitest';
import { createLog, type LogLevel } from './log.ts';

function lines(level: LogLevel) {
  const written: string[] = [];
  const now = () => new Date('2026-01-01T00:00:00.000Z');
  return { written, log: createLog({ level, write: (line) => written.push(line), now }) };
}

test('one line per event, with its fields', () => {
  const { log, written } = lines('info');
  log.warn('message not stored', {
    sessionId: 'a1',
    reason: 'disk full',
    count: 3,
    gone: undefined,
  });
  expect(written).toEqual([
    '2026-01-01T00:00:00.000Z warn message not stored sessionId=a1 reason="disk full" count=3\n',
  ]);
});

test('what a peer sends cannot start a line or steer the terminal', () => {
  const { log, written } = lines('info');
  log.info('hello\nforged', { name: 'a\r\n2026 error \u001b[31mred', quote: 'say "no"' });
  expect(written.join('')).toBe(
    '2026-01-01T00:00:00.000Z info hello\\u000aforged name="a\\u000d\\u000a2026 error \\u001b[31mred" quote="say \\"no\\""\n',
  );
});

test('secrets are masked by name, nested ones too', () => {
  const { log, written } = lines('info');
  log.info('login', { user: 'u', password: 'p1', detail: { authToken: 'p2', peer: '::1' } });
  expect(written.join('')).not.toMatch(/p1|p2/);
  expect(written.join('')).toContain('user=u password=*** detail=');
});

test('errors are told with their cause, long values are cut', () => {
  const { log, written } = lines('error');
  log.error('failed', { error: new Error('no', { cause: new Error('disk') }), x: 'y'.repeat(900) });
  expect(written.join('')).toContain('error="no (because: disk)"');
  expect(written.join('')).toContain('(900 characters)');
});

test('a level lets through itself and what is graver', () => {
  const { log, written } = lines('warn');
  log.debug('d');
  log.info('i');
  log.warn('w');
  log.error('e');
  expect(written.map((line) => line.split(' ')[1])).toEqual(['warn', 'error']);
});
