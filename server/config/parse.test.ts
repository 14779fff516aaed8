import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Config } from './options.ts';
import { options } from './options.ts';
import { defaultConfig, type ParseInput, parseConfig, parseRows } from './parse.ts';
import { variableOf } from './row.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prixfixe-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function parse(argv: readonly string[], env: ParseInput['env'] = {}) {
  return parseConfig({ argv, env, cwd: '/work', home: '/home/ada', platform: 'linux' });
}

function config(argv: readonly string[], env: ParseInput['env'] = {}): Config {
  const parsed = parse(argv, env);
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed));
  return parsed.value;
}

function errors(argv: readonly string[], env: ParseInput['env'] = {}): readonly string[] {
  const parsed = parse(argv, env);
  if (parsed.kind !== 'invalid') throw new Error(JSON.stringify(parsed));
  return parsed.errors;
}

function configFile(content: unknown): string {
  const name = join(folder, 'config.json');
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

test.each([
  [['--smtp-port', '12x5'], 'a whole number, from 0 to 65535'],
  [['--smtp-port', '65536'], 'a whole number, from 0 to 65535'],
  [['--smtp-port', '-1'], 'a whole number'],
  [['--smtp-port', '1e3'], 'a whole number'],
  [['--smtp-port='], 'a whole number'],
  [['--max-connections', '0'], 'from 1 to 100000'],
  [['--max-message-size', '10 elephants'], 'a size such as'],
  [['--max-message-size', '0x10'], 'a size such as'],
  [['--max-message-size', '2GiB'], 'from 1 B to 1 GiB'],
  [['--command-timeout', '5 parsecs'], 'a time such as'],
  [['--command-timeout', '0'], 'a time such as'],
  [['--alert-error-rate', '1'], 'a share such as 1%'],
  [['--alert-error-rate', '101%'], 'up to 100%'],
  [['--alert-error-rate', '%'], 'a share such as 1%'],
  [['--metrics-log='], 'a path, or off'],
  [['--tls-min-version', 'SSLv3'], 'one of TLSv1.2, TLSv1.3'],
  [['--smtp-host', '127.0.0'], 'an IP address or a host name, without a port'],
  [['--smtp-host', 'localhost:25'], 'an IP address or a host name, without a port'],
  [['--smtp-host', ''], 'an IP address or a host name'],
  [['--http-auth', 'nocolon'], 'user:password'],
  [['--auth', 'a:b,nocolon'], 'user:password'],
  [['--auth', 'a:b,'], 'user:password'],
  [['--allowed-origins', 'http://a.test/path'], 'origins such as'],
  [['--compat', 'mailpit'], 'mailhog or maildev'],
  [['--allowed-hosts', 'a.test:80'], 'host names without a port'],
  [['--open=perhaps'], 'on or off'],
])('%j is refused with what is allowed', (argv, allowed) => {
  const flag = argv[0]?.replace(/=.*/, '').slice(2) ?? '';
  const [error = '', ...more] = errors(argv);
  expect(more).toEqual([]);
  expect(error).toContain(`--${flag} (${variableOf(flag)})`);
  expect(error).toContain(allowed);
});

test('all that is wrong is told together, wherever it was written', () => {
  const file = configFile({ dataTimeout: 'soon' });
  expect(
    errors(['--smtp-prt', '5', 'bogus', '--http-port', 'x', '--config', file], {
      PRIXFIXE_KEEP_AGE: 'long',
    }),
  ).toEqual([
    'There is no option --smtp-prt. Did you mean --smtp-port?',
    '"bogus" is neither an option nor a command. See --help for those there are.',
    `--data-timeout (PRIXFIXE_DATA_TIMEOUT) is "soon" in ${file}; it has to be a time such as 500ms, 300s, 5m or 7d, from 100ms to 1d.`,
    '--http-port (PRIXFIXE_HTTP_PORT) is "x" on the command line; it has to be a whole number, from 0 to 65535, or off.',
    '--keep-age (PRIXFIXE_KEEP_AGE) is "long" in the environment; it has to be a time such as 500ms, 300s, 5m or 7d, from 0s to 36500d, or off.',
  ]);
});

test('metrics: shares, where the lines go, and off', () => {
  expect(config([])).toMatchObject({ metrics: true, metricsLog: null, alertErrorRate: 0.01 });
  expect(config(['--no-metrics']).metrics).toBe(false);
  expect(config(['--metrics-log', '-']).metricsLog).toBe('-');
  expect(config(['--metrics-log', 'm.jsonl']).metricsLog).toBe('/work/m.jsonl');
  expect(config(['--alert-error-rate', '2.5%']).alertErrorRate).toBeCloseTo(0.025);
  expect(config(['--alert-error-rate', 'off']).alertErrorRate).toBe(0);
});

test('a password is never repeated', () => {
  expect(errors(['--http-auth', 'hunter2', '--auth', 'hunter2']).join()).not.toContain('hunter2');
});

test.each([
  [
    ['--no-tls', '--require-tls'],
    ['--no-tls', '--require-tls'],
  ],
  [
    ['--no-tls', '--smtps-port', '465'],
    ['--no-tls', '--smtps-port'],
  ],
  [
    ['--tls-cert', 'a.pem'],
    ['--tls-cert', '--tls-key'],
  ],
  [
    ['--no-auth', '--require-auth'],
    ['--auth', '--require-auth'],
  ],
  [
    ['--smtp-port', '8025'],
    ['--smtp-port', '--http-port'],
  ],
  [
    ['--smtp-port', '99', '--http-port', '99', '--http-host', '::'],
    ['--smtp-port', '--http-port'],
  ],
  [
    ['--max-bytes-in-flight', '1MiB'],
    ['--max-bytes-in-flight', '--max-message-size'],
  ],
])('%j contradict each other', (argv, flags) => {
  const all = errors(argv);
  expect(all).toHaveLength(1);
  for (const flag of flags) expect(all[0]).toContain(flag);
});

test('a flag wins over a variable, a variable over the file, the file over the default', () => {
  const file = configFile({ smtpPort: 3, httpPort: 3, hostname: 'file.test', maxRecipients: '3' });
  const read = config(['--smtp-port', '1', '--config', file], {
    PRIXFIXE_SMTP_PORT: '2',
    PRIXFIXE_HTTP_PORT: '2',
    PRIXFIXE_HOSTNAME: '',
  });
  expect(read).toMatchObject({ smtpPort: 1, httpPort: 2, hostname: 'file.test', recipientsMax: 3 });
  expect(read.dataTimeoutMs).toBe(180_000);
});

test('every option has a flag, a variable and a default that it would accept itself', () => {
  const defaults = config([]);
  for (const { key, flag } of options) {
    expect(defaults, flag).toHaveProperty(key);
    expect(variableOf(flag)).toMatch(/^PRIXFIXE_[A-Z\d_]+$/);
  }
  expect(new Set(options.map(({ key }) => key)).size).toBe(options.length);
  expect(new Set(options.map(({ flag }) => flag)).size).toBe(options.length);
});

test('the names and defaults that others rely on', () => {
  expect(config([])).toMatchObject({
    smtpHost: '127.0.0.1',
    smtpPort: 1025,
    smtpsPort: null,
    httpHost: '127.0.0.1',
    httpPort: 8025,
    listenBacklog: 256,
    connectionsMax: 100,
    connectionsPerAddressMax: 0,
    messageBytesMax: 10 * 1024 * 1024,
    recipientsMax: 1000,
    commandTimeoutMs: 300_000,
    dataTimeoutMs: 180_000,
    hostname: 'localhost',
    tlsMinVersion: 'TLSv1.2',
    auth: 'any',
    keepMessages: 10_000,
    keepAgeMs: 0,
    keepBytes: 1024 ** 3,
    httpAuth: null,
    db: '/home/ada/.local/share/prixfixe-dev/mail.db',
  });
});

test.each([
  ['--max-message-size', '1M', { messageBytesMax: 1_048_576 }],
  ['--max-message-size', '1 MiB', { messageBytesMax: 1_048_576 }],
  ['--max-message-size', '1MB', { messageBytesMax: 1_000_000 }],
  ['--max-message-size', '1.5k', { messageBytesMax: 1536 }],
  ['--max-message-size', '1048576', { messageBytesMax: 1_048_576 }],
  ['--command-timeout', '500ms', { commandTimeoutMs: 500 }],
  ['--command-timeout', '300 s', { commandTimeoutMs: 300_000 }],
  ['--command-timeout', '5m', { commandTimeoutMs: 300_000 }],
  ['--command-timeout', '300', { commandTimeoutMs: 300_000 }],
  ['--keep-age', '7d', { keepAgeMs: 604_800_000 }],
  ['--keep-age', 'off', { keepAgeMs: 0 }],
  ['--smtps-port', 'off', { smtpsPort: null }],
  ['--smtps-port', '0', { smtpsPort: 0 }],
  ['--smtp-host', '[::1]', { smtpHost: '::1' }],
  ['--tls-min-version', 'tlsv1.3', { tlsMinVersion: 'TLSv1.3' }],
  ['--auth', 'any', { auth: 'any' }],
  ['--auth', 'off', { auth: 'off' }],
  ['--http-auth', 'ada:pass:word', { httpAuth: { user: 'ada', password: 'pass:word' } }],
  ['--allowed-hosts', 'mail.test, [::1]', { allowedHosts: ['mail.test', '::1'] }],
  ['--allowed-origins', 'http://A.test:3000/', { allowedOrigins: ['http://a.test:3000'] }],
  ['--compat', 'MailHog,maildev', { compat: ['mailhog', 'maildev'] }],
  ['--db', ':memory:', { db: ':memory:' }],
  ['--db', 'here.db', { db: '/work/here.db' }],
  ['--db', '~/here.db', { db: '/home/ada/here.db' }],
  ['--data-dir', 'there', { dataDir: '/work/there', db: '/work/there/mail.db' }],
])('%s %s', (flag, text, expected) => {
  expect(config([flag, text])).toMatchObject(expected);
  expect(config([`${flag}=${text}`])).toMatchObject(expected);
  expect(config([], { [variableOf(flag.slice(2))]: text })).toMatchObject(expected);
});

test('switches: --x, --no-x, and both as variables', () => {
  expect(config(['--open']).open).toBe(true);
  expect(config(['--no-open'], { PRIXFIXE_OPEN: '1' }).open).toBe(false);
  expect(config(['--no-tls']).tls).toBe(false);
  expect(config([], { PRIXFIXE_NO_TLS: 'true' }).tls).toBe(false);
  expect(config([], { PRIXFIXE_NO_TLS: '0' }).tls).toBe(true);
  expect(config([], { PRIXFIXE_TLS: 'off' }).tls).toBe(false);
  expect(config(['--smtps-port', '5', '--no-smtps-port']).smtpsPort).toBeNull();
  expect(errors([], { PRIXFIXE_NO_TLS: '1', PRIXFIXE_TLS: '1' })[0]).toContain('both set');
  expect(errors(['--no-tls=1'])[0]).toContain('takes no value');
});

test('a list grows with every mention, anything else is what was said last', () => {
  const user = (name: string) => ({ user: name, password: 'x' });
  expect(config(['--auth', 'a:x,b:x', '--auth', 'c:x']).auth).toEqual(['a', 'b', 'c'].map(user));
  expect(config(['--smtp-port', '1', '--smtp-port', '2']).smtpPort).toBe(2);
});

test('a value that is missing is not taken from the next flag', () => {
  expect(errors(['--hostname', '--open'])).toEqual([
    '--hostname (PRIXFIXE_HOSTNAME) needs a value after it.',
  ]);
  expect(errors(['--hostname'])).toHaveLength(1);
});

test('a variable with a typing mistake warns, and does no harm', () => {
  const parsed = parse([], {
    PRIXFIXE_SMTP_PROT: '25',
    PATH: '/bin',
    PRIXFIXE_ZZZZZZZZZZ: '',
    PRIXFIXE_WAIT_MS: '9000',
  });
  expect(parsed).toMatchObject({
    kind: 'ok',
    value: { smtpPort: 1025 },
    warnings: [
      'PRIXFIXE_SMTP_PROT is not a variable of prixfixe-dev and is ignored. Did you mean PRIXFIXE_SMTP_PORT?',
      'PRIXFIXE_ZZZZZZZZZZ is not a variable of prixfixe-dev and is ignored.',
    ],
  });
});

test('the configuration file', () => {
  const users = { auth: ['a:x,y', 'b:x'] };
  const file = configFile({ tls: false, keepAge: 60, db: 'mail.db', smtpsPort: null, ...users });
  expect(config([], { PRIXFIXE_CONFIG: file })).toMatchObject({
    tls: false,
    keepAgeMs: 60_000,
    // Relative to the file, which is where its author looks.
    db: join(folder, 'mail.db'),
    auth: [
      { user: 'a', password: 'x,y' },
      { user: 'b', password: 'x' },
    ],
  });
  const wrong = (content: unknown) => errors(['--config', configFile(content)])[0];
  expect(wrong('{')).toContain('is not JSON');
  expect(wrong('[]')).toContain('one JSON object');
  expect(wrong({ smtpprt: 1 })).toContain('Did you mean "smtpPort"?');
  expect(wrong({ smtpPort: {} })).toContain('"smtpPort" in');
  expect(wrong('{"__proto__": 1}')).toContain('There is no option "__proto__"');
  expect(errors(['--config', '/nowhere.json'])[0]).toContain('cannot be read');
});

test.each([
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/prixfixe-dev'],
  ['linux', { XDG_DATA_HOME: 'data' }, '/home/ada/.local/share/prixfixe-dev'],
  ['darwin', {}, '/home/ada/Library/Application Support/prixfixe-dev'],
  ['win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\prixfixe-dev'],
] as const)('data on %s with %j is in %s', (platform, env, dataDir) => {
  const parsed = parseConfig({ argv: [], env, cwd: '/', home: '/home/ada', platform });
  expect(parsed).toMatchObject({ kind: 'ok', value: { dataDir } });
});

test('help and version are asked for whatever else is wrong', () => {
  expect(parse(['--bogus', '--help'])).toEqual({ kind: 'asked', for: 'help' });
  expect(parse(['-v'])).toEqual({ kind: 'asked', for: 'version' });
});

test('the defaults alone, with changes; the database follows the data directory', () => {
  expect(defaultConfig({ dataDir: '/d', smtpPort: 0 })).toMatchObject({
    smtpPort: 0,
    db: join('/d', 'mail.db'),
    httpPort: 8025,
  });
});

test('a subcommand reads its own rows and keeps its operands', () => {
  const row = {
    key: 'count',
    flag: 'count',
    kind: 'count',
    heading: '',
    default: 1,
    min: 1,
    max: 9,
    text: '',
  } as const;
  const input = { env: {}, cwd: '/', home: '/', platform: 'linux' } as const;
  expect(parseRows([row], { ...input, argv: ['a', '--count', '3', '--', '--b'] })).toMatchObject({
    value: { values: { count: 3 }, operands: ['a', '--b'] },
  });
  expect(parseRows([row], { ...input, argv: ['--count', '99'] }).kind).toBe('invalid');
});

test('fault rules come from flags, the environment and a file, there also as objects', () => {
  const two = [
    { kind: 'rule', spec: { at: 'rcpt', effect: { kind: 'reply', code: 452 } } },
    { kind: 'scenario', name: 'greylisting', where: null },
  ];
  expect(config(['--fault', 'rcpt:452', '--fault', 'scenario:greylisting']).faults).toEqual(two);
  expect(config([], { PRIXFIXE_FAULT: 'rcpt:452; scenario:greylisting' }).faults).toEqual(two);
  const rule = { at: 'rcpt', effect: { kind: 'reply', code: 452 } };
  const file = configFile({ fault: [rule, 'scenario:greylisting'] });
  expect(config(['--config', file]).faults).toEqual(two);
});

test.each([
  ['rcpt:452 tiems=2', 'says "tiems"'],
  ['rcpt:lose', 'cannot happen at rcpt'],
  ['{"at":"rcpt","effect":{"kind":"reply","code":200}}', 'from 400 to 599'],
])('a wrong fault rule keeps the server from starting: %s', (rule, words) => {
  const [error = ''] = errors(['--fault', rule]);
  expect(error).toContain('--fault (PRIXFIXE_FAULT)');
  expect(error).toContain(words);
});
