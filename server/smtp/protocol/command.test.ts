import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Command, parseCommand } from './command.ts';

const offer = { auth: true };

function refusalOf(command: Command): string {
  return command.kind === 'refused'
    ? `${command.verb} ${command.reply.wireLines[0]?.slice(0, 9)}`
    : command.kind;
}

describe('refused lines', () => {
  it.each([
    ['', 'UNKNOWN 500 5.5.2'],
    [' NOOP', 'UNKNOWN 500 5.5.2'],
    ['FROB', 'UNKNOWN 500 5.5.1'],
    ['EHLOx', 'UNKNOWN 500 5.5.1'],
    ['__proto__', 'UNKNOWN 500 5.5.1'],
    ['constructor', 'UNKNOWN 500 5.5.1'],
    ['NO\0OP', 'UNKNOWN 500 5.5.2'],
    ['NOOP\r', 'UNKNOWN 500 5.5.2'],
    ['NOOP \xff', 'UNKNOWN 500 5.5.2'],
    ['XCLIENT ADDR=1.2.3.4', 'UNKNOWN 502 5.5.1'],
    ['EHLO', 'EHLO 501 5.5.4'],
    ['DATA x', 'DATA 501 5.5.4'],
    ['VRFY', 'VRFY 501 5.5.4'],
    ['MAIL FROM <a@b.test>', 'MAIL 501 5.5.4'],
    ['MAIL FROM:', 'MAIL 501 5.1.7'],
    ['RCPT TO:', 'RCPT 501 5.1.3'],
    ['BDAT', 'BDAT 501 5.5.4'],
    ['BDAT -1', 'BDAT 501 5.5.4'],
    ['BDAT 1e3', 'BDAT 501 5.5.4'],
    ['AUTH', 'AUTH 501 5.5.4'],
    ['AUTH PL@IN', 'AUTH 501 5.5.4'],
  ])('%j', (line, refusal) => {
    expect(refusalOf(parseCommand(line, offer))).toBe(refusal);
  });

  it('knows how many octets follow a BDAT that is refused, or that nobody can know', () => {
    expect(parseCommand('BDAT 12 FIRST', offer)).toMatchObject({ kind: 'refused', chunkBytes: 12 });
    expect(parseCommand('BDAT LAST', offer)).toMatchObject({
      kind: 'refused',
      chunkBytes: Number.NaN,
    });
    expect(parseCommand('BDAT 9007199254740993', offer)).toMatchObject({ chunkBytes: Number.NaN });
  });

  it.each([
    'GET / HTTP/1.1',
    'post /x',
    'HEAD',
    'PUT /',
    'OPTIONS *',
    'CONNECT a:1',
    'PRI * HTTP/2.0',
  ])('%s is HTTP', (line) => {
    expect(parseCommand(line, offer)).toEqual({ kind: 'foreign', protocol: 'http' });
  });
});

describe('commands (RFC 5321 §4.1.1)', () => {
  it.each<[string, Command]>([
    ['ehlo Client.test', { kind: 'EHLO', name: 'Client.test' }],
    ['HELO [192.0.2.1]', { kind: 'HELO', name: '[192.0.2.1]' }],
    ['DATA', { kind: 'DATA' }],
    ['quit \t ', { kind: 'QUIT' }],
    ['NOOP  two  words ', { kind: 'NOOP', argument: 'two  words' }],
    ['BDAT 1000', { kind: 'BDAT', bytes: 1000, last: false }],
    ['BDAT 0 LaSt', { kind: 'BDAT', bytes: 0, last: true }],
    ['AUTH plain =', { kind: 'AUTH', mechanism: 'PLAIN', initialResponse: '=' }],
    ['AUTH CRAM-MD5', { kind: 'AUTH', mechanism: 'CRAM-MD5', initialResponse: null }],
    [
      'MAIL FROM:<a@b.test>  BODY=8BITMIME  SIZE=5',
      {
        kind: 'MAIL',
        address: 'a@b.test',
        ascii: true,
        parameters: { BODY: '8BITMIME', SIZE: '5' },
      },
    ],
    ['RCPT TO:<Postmaster>', { kind: 'RCPT', address: 'Postmaster', ascii: true, parameters: {} }],
  ])('%j', (line, command) => {
    expect(parseCommand(line, offer)).toEqual(command);
  });

  it('decodes UTF-8 (RFC 6531 §3.3)', () => {
    const line = Buffer.from('MAIL FROM:<jörg@b.test> SMTPUTF8').toString('latin1');
    expect(parseCommand(line, offer)).toMatchObject({ address: 'jörg@b.test', ascii: false });
  });

  it('cuts a host name that is too long to keep', () => {
    expect(parseCommand(`EHLO ${'x'.repeat(300)}`, offer)).toEqual({
      kind: 'EHLO',
      name: 'x'.repeat(255),
    });
  });

  it('never throws', () => {
    const start = fc.constantFrom(
      '',
      'MAIL FROM:<',
      'RCPT TO:<',
      'BDAT ',
      'AUTH ',
      'EHLO ',
      'HELP ',
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 80 }), (prefix, octets) => {
        const line = prefix + Buffer.from(octets).toString('latin1');
        expect(parseCommand(line, offer).kind).toBeTypeOf('string');
      }),
    );
  });
});
