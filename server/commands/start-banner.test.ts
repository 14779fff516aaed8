import { expect, test } from 'vitest';
import { defaultConfig } from '../config/parse.ts';
import { plainStyle } from '../config/render.ts';
import { exposureWarning, renderBanner } from './start-banner.ts';

const started = {
  version: '1.2.3',
  smtp: { host: '0.0.0.0', port: 2525 },
  smtps: { host: '0.0.0.0', port: 4650 },
  url: 'http://127.0.0.1:8025',
  caPem: 'PEM',
};

test('the banner tells the addresses and how to point an application at them', () => {
  const config = defaultConfig({ dataDir: '/data', keepAgeMs: 86_400_000 });
  expect(renderBanner(started, config, plainStyle).trim().split('\n')).toEqual([
    'prixfixe-dev 1.2.3',
    '',
    '  Inbox  http://127.0.0.1:8025',
    '  SMTP   0.0.0.0:2525  STARTTLS, any user and password',
    '  SMTPS  0.0.0.0:4650  TLS from the first octet',
    '  Mail   /data/mail.db  keeps 10,000 messages, 1 GiB, 1d',
    '  CA     http://127.0.0.1:8025/api/ca.pem  for clients that verify',
    '',
    '  Point your application at smtp://127.0.0.1:2525 or SMTP_HOST=127.0.0.1 SMTP_PORT=2525',
    '  Try it with prixfixe-dev send --smtp-port 2525; stop with Ctrl+C.',
  ]);
});

test('and what was turned off, never a password', () => {
  const config = defaultConfig({
    tls: false,
    auth: [{ user: 'ada', password: 'hunter2' }],
    authRequired: true,
    httpAuth: { user: 'eve', password: 'hunter2' },
    db: ':memory:',
    keepMessages: 0,
    keepBytes: 0,
  });
  const text = renderBanner({ ...started, smtps: null, caPem: null }, config, plainStyle);
  expect(text).toContain('no TLS, login as ada, required');
  expect(text).toContain(':memory:  keeps everything, until it stops');
  expect(text).toContain('as eve');
  expect(text).not.toMatch(/hunter2|SMTPS|CA /);
});

test.each([
  ['127.0.0.1', false],
  ['127.8.8.8', false],
  ['::1', false],
  ['localhost', false],
  ['0.0.0.0', true],
  ['::', true],
  ['192.0.2.1', true],
])('bound to %s without a password: warning %s', (host, warns) => {
  const http = { host, port: 8025 };
  const warning = exposureWarning(http, defaultConfig());
  expect(warning?.includes('--http-auth (PRIXFIXE_HTTP_AUTH)') ?? false).toBe(warns);
  const httpAuth = { user: 'a', password: 'b' };
  expect(exposureWarning(http, defaultConfig({ httpAuth }))).toBeNull();
});
