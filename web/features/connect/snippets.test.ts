import { describe, expect, it } from 'vitest';
import { quoteDouble, quoteEnv, quoteShell, quoteSingle, quoteYaml } from './quoting.ts';
import { snippetsFor } from './snippets.ts';
import type { Encryption, Target } from './target.ts';

const target = (changes: Partial<Target> = {}): Target => ({
  host: '127.0.0.1',
  port: 2525,
  encryption: 'none',
  startTlsOffered: true,
  credentials: null,
  ...changes,
});

const code = (id: string, changes: Partial<Target> = {}) =>
  snippetsFor(target(changes)).find((snippet) => snippet.id === id)?.code ?? '';

describe('every snippet', () => {
  const encryptions: Encryption[] = ['none', 'starttls', 'tls'];
  const all = encryptions.flatMap((encryption) =>
    snippetsFor(target({ encryption })).map((snippet) => ({ ...snippet, encryption })),
  );

  it.each(all)('$name ($encryption) names the port in use', ({ code }) => {
    expect(code).toContain('2525');
    expect(code).not.toMatch(/undefined|null,|\n\n\n/);
  });

  it('has an id of its own', () => {
    const ids = snippetsFor(target()).map((snippet) => snippet.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('mentions credentials only when there are some', () => {
    for (const { code } of all) expect(code).not.toContain('s3cret');
    const withUser = snippetsFor(target({ credentials: { user: 'shop', password: 's3cret' } }));
    const silent = withUser.filter(({ code }) => !code.includes('shop')).map(({ id }) => id);
    // Inside a container the variables of the application are its own.
    expect(silent).toEqual(['docker']);
  });
});

describe('a client that takes STARTTLS unasked', () => {
  it.each([
    ['nodemailer', 'ignoreTLS: true'],
    ['laravel', 'auto_tls=false'],
    ['symfony', 'auto_tls=false'],
    ['rails', 'enable_starttls_auto: false'],
    ['go', 'smtp.Dial('],
    ['wordpress', 'SMTPAutoTLS = false'],
  ])('%s is told not to for an unencrypted session', (id, setting) => {
    expect(code(id)).toContain(setting);
    expect(code(id, { encryption: 'starttls' })).not.toContain(setting);
  });

  it.each(['nodemailer', 'python', 'rails', 'wordpress', 'curl', 'swaks', 'env'])(
    '%s is given the CA for an encrypted one',
    (id) => {
      expect(code(id, { encryption: 'starttls' })).toContain('prixfixe-ca.pem');
      expect(code(id, { encryption: 'tls' })).toContain('prixfixe-ca.pem');
      expect(code(id)).not.toContain('prixfixe-ca.pem');
    },
  );
});

describe('hosts', () => {
  it('brackets an IPv6 address in front of a port and nowhere else', () => {
    expect(code('symfony', { host: '::1', startTlsOffered: false })).toBe(
      'MAILER_DSN="smtp://[::1]:2525"',
    );
    expect(code('curl', { host: '::1' })).toContain('smtp://[::1]:2525');
    expect(code('django', { host: '::1' })).toContain('EMAIL_HOST = "::1"');
  });
});

describe('quoting', () => {
  it.each([
    [quoteSingle, `it's \\`, `'it\\'s \\\\'`],
    [quoteDouble, `say "hi"\n`, `"say \\"hi\\"\\n"`],
    [quoteEnv, 'a$b', '"a\\$b"'],
    [quoteShell, 'app:secret', 'app:secret'],
    [quoteShell, `a'; rm -rf "$HOME`, `'a'\\''; rm -rf "$HOME'`],
    [quoteYaml, 'mail.test', 'mail.test'],
    [quoteYaml, 'no', '"no"'],
    [quoteYaml, '127.0.0.1', '"127.0.0.1"'],
    [quoteYaml, 'a: b # c', '"a: b # c"'],
  ])('case %#', (quote, text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it('leaves a user out of php.ini that would need quotes inside quotes', () => {
    const php = (user: string) => code('php', { credentials: { user, password: 'any' } });
    expect(php('shop')).toContain(' --smtp-user shop:any"');
    expect(php('it"s')).not.toContain('--smtp-user');
  });

  it('percent-encodes credentials in a URL', () => {
    expect(code('env', { credentials: { user: 'a@b', password: 'p/w' } })).toContain(
      'smtp://a%40b:p%2Fw@127.0.0.1:2525',
    );
  });
});
