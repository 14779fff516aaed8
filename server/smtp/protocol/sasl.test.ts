import { describe, expect, it } from 'vitest';
import { type SaslStep, startSasl } from './sasl.ts';
import type { AuthMechanism } from './session-types.ts';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

function exchange(mechanism: AuthMechanism, initial: string | null, ...responses: string[]) {
  let step: SaslStep = startSasl(mechanism, initial, () => '<1.2@localhost>');
  for (const response of responses) {
    if (step.kind !== 'challenge') break;
    step = step.next(response);
  }
  if (step.kind === 'credentials') return step.credentials;
  return step.reply.wireLines[0];
}

describe('refused exchanges (RFC 4954 §4)', () => {
  it.each([
    ['PLAIN', '*', '501 5.7.0'],
    ['PLAIN', 'a', '501 5.5.2'],
    ['PLAIN', 'ab==cd==', '501 5.5.2'],
    ['PLAIN', 'abc ', '501 5.5.2'],
    ['PLAIN', '=', '501 5.5.2'],
    ['PLAIN', base64('user'), '501 5.5.2'],
    ['PLAIN', base64('\0user'), '501 5.5.2'],
    ['PLAIN', base64('\0\0password'), '501 5.5.2'],
    ['PLAIN', base64('\0user\0pass\0word'), '501 5.5.2'],
    ['PLAIN', base64(`\0${'u'.repeat(256)}\0x`), '501 5.5.2'],
    ['PLAIN', base64('\0us\u0085er\0x'), '501 5.5.2'],
    ['PLAIN', Buffer.from('\0us\xff\0x', 'latin1').toString('base64'), '501 5.5.2'],
    ['LOGIN', '=', '501 5.5.2'],
    ['CRAM-MD5', 'eA==', '501 5.5.4'],
  ] as const)('%s %s', (mechanism, initial, start) => {
    expect(String(exchange(mechanism, initial)).slice(0, 9)).toBe(start);
  });

  it.each([
    ['no digest', 'alice'],
    ['a short digest', 'alice 0123'],
    ['no user', ` ${'0'.repeat(32)}`],
    ['a digest that is not hexadecimal', `alice ${'g'.repeat(32)}`],
  ])('CRAM-MD5 with %s', (_what, response) => {
    expect(exchange('CRAM-MD5', null, base64(response))).toContain('501 5.5.2');
  });
});

describe('credentials', () => {
  it.each([
    ['PLAIN', base64('\0alice\0secret'), [], 'alice', 'secret'],
    ['PLAIN', null, [base64('admin\0älice\0')], 'älice', ''],
    ['LOGIN', null, [base64('alice'), base64('s€cret')], 'alice', 's€cret'],
    ['LOGIN', base64('alice'), [''], 'alice', ''],
  ] as const)('%s %s %j', (mechanism, initial, responses, user, password) => {
    expect(exchange(mechanism, initial, ...responses)).toEqual({ mechanism, user, password });
  });

  it('CRAM-MD5 gives the challenge along with the digest (RFC 2195 §2)', () => {
    const digest = 'B913A602C7EDA7A495B4E6E7334D3890';
    expect(exchange('CRAM-MD5', null, base64(`tim tam ${digest}`))).toEqual({
      mechanism: 'CRAM-MD5',
      user: 'tim tam',
      challenge: '<1.2@localhost>',
      digest: digest.toLowerCase(),
    });
  });
});
