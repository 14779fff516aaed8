import { describe, expect, it } from 'vitest';
import { parseParameters } from './esmtp-parameters.ts';

function parse(verb: 'MAIL' | 'RCPT', text: string, auth = true) {
  const result = parseParameters(verb, text, 0, { auth });
  return result.kind === 'refused' ? result.reply.wireLines[0] : result.parameters;
}

describe('refused parameters', () => {
  it.each([
    ['MAIL', ' SIZE', '501 5.5.4 SIZE'],
    ['MAIL', ' SIZE=', '501 5.5.4 SIZE'],
    ['MAIL', ' SIZE=1x', '501 5.5.4 SIZE'],
    ['MAIL', ` SIZE=${'9'.repeat(21)}`, '501 5.5.4 SIZE'],
    ['MAIL', ' SIZE=1 size=1', '501 5.5.4 SIZE: it was given twice'],
    ['MAIL', ' BODY=BINARY', '501 5.5.4 BODY'],
    ['MAIL', ' SMTPUTF8=', '501 5.5.4 SMTPUTF8'],
    ['MAIL', ' RET', '501 5.5.4 RET'],
    ['MAIL', ' ENVID=a+zz', '501 5.5.4 ENVID'],
    ['MAIL', ' ENVID=a+2b', '501 5.5.4 ENVID'],
    ['MAIL', ' AUTH', '501 5.5.4 AUTH'],
    ['MAIL', ' NOTIFY=NEVER', '555 5.5.4 Parameter NOTIFY'],
    ['MAIL', ' X-ODD=1', '555 5.5.4 Parameter X-ODD'],
    ['MAIL', ' -X', '501 5.5.4'],
    ['MAIL', ' =', '501 5.5.4'],
    ['MAIL', ' toString', '555 5.5.4'],
    ['RCPT', ' SIZE=1', '555 5.5.4'],
    ['RCPT', ' NOTIFY=', '501 5.5.4 NOTIFY'],
    ['RCPT', ' NOTIFY=NEVER,SUCCESS', '501 5.5.4 NOTIFY'],
    ['RCPT', ' NOTIFY=SUCCESS,', '501 5.5.4 NOTIFY'],
    ['RCPT', ' ORCPT=;x', '501 5.5.4 ORCPT'],
    ['RCPT', ' ORCPT=rfc822;', '501 5.5.4 ORCPT'],
    ['RCPT', ` ORCPT=rfc822;${'x'.repeat(500)}`, '501 5.5.4 ORCPT: the value is too long'],
    ['RCPT', ' ORCPT=rfc822;jörg@b.test', '501 5.5.4 ORCPT'],
  ] as const)('%s%s', (verb, text, start) => {
    expect(String(parse(verb, text)).startsWith(start), String(parse(verb, text))).toBe(true);
  });

  it('AUTH= belongs to the AUTH extension (RFC 4954 §3)', () => {
    expect(parse('MAIL', ' AUTH=<>', false)).toContain('555 5.5.4');
  });
});

describe('accepted parameters', () => {
  it.each([
    ['MAIL', '', {}],
    ['MAIL', '   ', {}],
    ['MAIL', ' SIZE=00012345678901234567', { SIZE: '00012345678901234567' }],
    ['MAIL', ' body=binarymime smtputf8', { BODY: 'binarymime', SMTPUTF8: true }],
    ['MAIL', ' RET=full ENVID=a+2Bb', { RET: 'full', ENVID: 'a+2Bb' }],
    ['MAIL', ' AUTH=<>', { AUTH: '<>' }],
    ['RCPT', ' NOTIFY=FAILURE,DELAY,SUCCESS', { NOTIFY: 'FAILURE,DELAY,SUCCESS' }],
    ['RCPT', ' ORCPT=utf-8;jörg@b.test', { ORCPT: 'utf-8;jörg@b.test' }],
    ['RCPT', ' ORCPT=x400;/S=a'.replace('=a', '+3Da'), { ORCPT: 'x400;/S+3Da' }],
  ] as const)('%s%s', (verb, text, parameters) => {
    expect(parse(verb, text)).toEqual(parameters);
  });
});
