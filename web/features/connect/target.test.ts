import { describe, expect, it } from 'vitest';
import type { ServerInfoShape } from '../../../server/http/shapes.ts';
import { clientHost, encryptionsOf, isLoopback, targetOf } from './target.ts';

const smtp = (changes: Partial<ServerInfoShape['smtp']> = {}): ServerInfoShape['smtp'] => ({
  host: '127.0.0.1',
  port: 1025,
  smtpsPort: null,
  hostname: 'localhost',
  tls: 'offered',
  auth: 'offered',
  authAcceptsAny: true,
  messageBytesMax: 1,
  recipientsMax: 1,
  connectionsMax: 1,
  listenBacklog: 256,
  ...changes,
});

describe('encryptionsOf', () => {
  it.each([
    [{}, ['none', 'starttls']],
    [{ smtpsPort: 1465 }, ['none', 'starttls', 'tls']],
    [{ tls: 'required' }, ['starttls']],
    [{ tls: 'off', smtpsPort: 1465 }, ['none']],
  ] as const)('%j', (changes, offered) => {
    expect(encryptionsOf(smtp(changes))).toEqual(offered);
  });
});

describe('targetOf', () => {
  const choice = { encryption: 'none', user: '', pageHost: 'localhost' } as const;

  it('takes the port of the chosen listener', () => {
    const server = smtp({ smtpsPort: 1465 });
    expect(targetOf(server, choice).port).toBe(1025);
    expect(targetOf(server, { ...choice, encryption: 'tls' }).port).toBe(1465);
  });

  it.each([
    ['none without a user', {}, '', null],
    ['those of the user typed in', {}, ' shop ', { user: 'shop', password: 'any' }],
    ['none where AUTH is off', { auth: 'off' }, 'shop', null],
    ['some where AUTH is required', { auth: 'required' }, '', { user: 'app', password: 'any' }],
    [
      'a placeholder where passwords are checked',
      { authAcceptsAny: false },
      'shop',
      { user: 'shop', password: 'PASSWORD' },
    ],
  ] as const)('gives credentials: %s', (_name, changes, user, credentials) => {
    expect(targetOf(smtp(changes), { ...choice, user }).credentials).toEqual(credentials);
  });
});

describe('clientHost', () => {
  it.each([
    ['127.0.0.1', 'mail.test', '127.0.0.1'],
    ['0.0.0.0', 'mail.test', 'mail.test'],
    ['::', '[::1]', '::1'],
    ['::', '', 'localhost'],
  ])('bound to %s, page at %j', (bound, page, host) => {
    expect(clientHost(bound, page)).toBe(host);
  });
});

describe('isLoopback', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.2', true],
    ['::1', true],
    ['127.example.test', false],
    ['10.0.0.1', false],
  ])('%s', (host, answer) => {
    expect(isLoopback(host)).toBe(answer);
  });
});
