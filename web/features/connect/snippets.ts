/**
 * Settings to copy, one entry per framework. All are functions of the target, so that host, port,
 * encryption and credentials are those of the running server. Where a client takes STARTTLS
 * unasked, the unencrypted form says how to stop it: otherwise it meets a certificate it does not
 * know and fails.
 */
import { quoteDouble, quoteEnv, quoteRuby, quoteShell, quoteSingle, quoteYaml } from './quoting.ts';
import { hostInUrl, smtpUrl, type Target } from './target.ts';

export interface Snippet {
  readonly id: string;
  readonly name: string;
  /** The file the text belongs in, or the kind of command it is. */
  readonly place: string;
  readonly code: string;
  /** One sentence that the code cannot say. */
  readonly note: string | null;
}

export const caFileName = 'prixfixe-ca.pem';

type Make = (target: Target) => Omit<Snippet, 'id' | 'name'>;

/** Joins lines and leaves out those that a target has no use for. */
const lines = (...parts: readonly (string | false | null)[]) =>
  parts.filter((part) => typeof part === 'string').join('\n');

const nodemailer: Make = (t) => {
  const trust = t.encryption !== 'none';
  return {
    place: 'JavaScript',
    code: lines(
      trust && "import { readFileSync } from 'node:fs';",
      "import nodemailer from 'nodemailer';",
      '',
      'const transport = nodemailer.createTransport({',
      `  host: ${quoteSingle(t.host)},`,
      `  port: ${t.port},`,
      t.encryption === 'tls' && '  secure: true,',
      t.encryption === 'starttls' && '  requireTLS: true,',
      t.encryption === 'none' && t.startTlsOffered && '  ignoreTLS: true,',
      trust && `  tls: { ca: readFileSync('${caFileName}') },`,
      t.credentials &&
        `  auth: { user: ${quoteSingle(t.credentials.user)}, pass: ${quoteSingle(t.credentials.password)} },`,
      '});',
    ),
    note: null,
  };
};

const pythonSmtplib: Make = (t) => {
  const trust = t.encryption !== 'none';
  const context = `ssl.create_default_context(cafile="${caFileName}")`;
  const address = `${quoteDouble(t.host)}, ${t.port}`;
  return {
    place: 'Python',
    code: lines(
      trust ? 'import smtplib, ssl' : 'import smtplib',
      'from email.message import EmailMessage',
      '',
      'message = EmailMessage()',
      'message["From"] = "app@example.test"',
      'message["To"] = "you@example.test"',
      'message["Subject"] = "Hello"',
      'message.set_content("It works.")',
      '',
      t.encryption === 'tls'
        ? `with smtplib.SMTP_SSL(${address}, context=${context}) as smtp:`
        : `with smtplib.SMTP(${address}) as smtp:`,
      t.encryption === 'starttls' && `    smtp.starttls(context=${context})`,
      t.credentials &&
        `    smtp.login(${quoteDouble(t.credentials.user)}, ${quoteDouble(t.credentials.password)})`,
      '    smtp.send_message(message)',
    ),
    note: null,
  };
};

const django: Make = (t) => ({
  place: 'settings.py',
  code: lines(
    'EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"',
    `EMAIL_HOST = ${quoteDouble(t.host)}`,
    `EMAIL_PORT = ${t.port}`,
    t.credentials && `EMAIL_HOST_USER = ${quoteDouble(t.credentials.user)}`,
    t.credentials && `EMAIL_HOST_PASSWORD = ${quoteDouble(t.credentials.password)}`,
    t.encryption === 'starttls' && 'EMAIL_USE_TLS = True',
    t.encryption === 'tls' && 'EMAIL_USE_SSL = True',
  ),
  note:
    t.encryption === 'none'
      ? null
      : `Start Django with SSL_CERT_FILE=${caFileName} in its environment, so that it trusts the certificate.`,
});

const laravel: Make = (t) => ({
  place: '.env',
  code: lines(
    'MAIL_MAILER=smtp',
    t.encryption === 'none' && t.startTlsOffered
      ? `MAIL_URL=${quoteEnv(smtpUrl(t, '?auto_tls=false'))}`
      : lines(
          `MAIL_SCHEME=${t.encryption === 'tls' ? 'smtps' : 'smtp'}`,
          `MAIL_HOST=${t.host}`,
          `MAIL_PORT=${t.port}`,
          `MAIL_USERNAME=${t.credentials ? quoteEnv(t.credentials.user) : 'null'}`,
          `MAIL_PASSWORD=${t.credentials ? quoteEnv(t.credentials.password) : 'null'}`,
        ),
  ),
  note: phpNote(t),
});

const symfony: Make = (t) => ({
  place: '.env.local',
  code: `MAILER_DSN=${quoteEnv(
    smtpUrl(
      t,
      t.encryption === 'starttls'
        ? '?require_tls=true'
        : t.encryption === 'none' && t.startTlsOffered
          ? '?auto_tls=false'
          : '',
    ),
  )}`,
  note: phpNote(t),
});

function phpNote(t: Target): string | null {
  if (t.encryption !== 'none') {
    return `PHP trusts the certificate when php.ini says openssl.cafile = /path/to/${caFileName}.`;
  }
  return t.startTlsOffered
    ? 'auto_tls needs Symfony Mailer 7.1 or later (Laravel 11); before that, write verify_peer=0 instead.'
    : null;
}

const rails: Make = (t) => ({
  place: 'config/environments/development.rb',
  code: lines(
    'config.action_mailer.delivery_method = :smtp',
    'config.action_mailer.smtp_settings = {',
    `  address: ${quoteRuby(t.host)},`,
    `  port: ${t.port},`,
    t.credentials && `  user_name: ${quoteRuby(t.credentials.user)},`,
    t.credentials && `  password: ${quoteRuby(t.credentials.password)},`,
    t.credentials && '  authentication: :plain,',
    t.encryption === 'tls' && '  tls: true,',
    t.encryption === 'starttls' && '  enable_starttls: true,',
    t.encryption === 'none' && '  enable_starttls_auto: false,',
    t.encryption !== 'none' && `  ca_file: Rails.root.join('${caFileName}').to_s,`,
    '}',
  ),
  note: null,
});

const spring: Make = (t) => ({
  place: 'application.yaml',
  code: lines(
    'spring:',
    '  mail:',
    `    host: ${quoteYaml(t.host)}`,
    `    port: ${t.port}`,
    t.credentials && `    username: ${quoteYaml(t.credentials.user)}`,
    t.credentials && `    password: ${quoteYaml(t.credentials.password)}`,
    (t.credentials !== null || t.encryption !== 'none') && '    properties:',
    t.credentials && '      "[mail.smtp.auth]": true',
    t.encryption === 'starttls' && '      "[mail.smtp.starttls.required]": true',
    t.encryption === 'tls' && '      "[mail.smtp.ssl.enable]": true',
    t.encryption !== 'none' && `      "[mail.smtp.ssl.trust]": ${quoteYaml(t.host)}`,
  ),
  note:
    t.encryption === 'none'
      ? null
      : 'ssl.trust accepts the certificate of this host unseen; keytool -importcert is the strict way.',
});

const dotnet: Make = (t) => {
  const options = { none: 'None', starttls: 'StartTls', tls: 'SslOnConnect' }[t.encryption];
  return {
    place: 'C#, MailKit',
    code: lines(
      'using MailKit.Net.Smtp;',
      'using MailKit.Security;',
      '',
      'using var client = new SmtpClient();',
      t.encryption !== 'none' && 'client.CheckCertificateRevocation = false;',
      `await client.ConnectAsync(${quoteDouble(t.host)}, ${t.port}, SecureSocketOptions.${options});`,
      t.credentials &&
        `await client.AuthenticateAsync(${quoteDouble(t.credentials.user)}, ${quoteDouble(t.credentials.password)});`,
      'await client.SendAsync(message);',
      'await client.DisconnectAsync(true);',
    ),
    note:
      t.encryption === 'none'
        ? null
        : `On Linux SSL_CERT_FILE=${caFileName} makes .NET trust the certificate; on Windows and macOS add it to the user's trusted roots.`,
  };
};

const go: Make = (t) => {
  const address = `${hostInUrl(t.host)}:${t.port}`;
  const auth = t.credentials
    ? `smtp.PlainAuth("", ${quoteDouble(t.credentials.user)}, ${quoteDouble(t.credentials.password)}, ${quoteDouble(t.host)})`
    : 'nil';
  if (t.encryption === 'tls') {
    return {
      place: 'Go',
      code: lines(
        `conn, err := tls.Dial("tcp", ${quoteDouble(address)}, nil)`,
        'if err != nil {',
        '\treturn err',
        '}',
        `client, err := smtp.NewClient(conn, ${quoteDouble(t.host)})`,
        t.credentials && 'if err == nil {',
        t.credentials && `\terr = client.Auth(${auth})`,
        t.credentials && '}',
      ),
      note: `On Linux SSL_CERT_FILE=${caFileName} makes Go trust the certificate.`,
    };
  }
  if (t.encryption === 'none' && t.startTlsOffered) {
    return {
      place: 'Go',
      code: lines(
        `client, err := smtp.Dial(${quoteDouble(address)})`,
        'if err != nil {',
        '\treturn err',
        '}',
        'defer client.Close()',
        t.credentials && `if err := client.Auth(${auth}); err != nil {`,
        t.credentials && '\treturn err',
        t.credentials && '}',
        '// then client.Mail, client.Rcpt, client.Data, client.Quit',
      ),
      note: 'smtp.SendMail takes STARTTLS whenever it is offered; with the CA in SSL_CERT_FILE it works too.',
    };
  }
  return {
    place: 'Go',
    code: `err := smtp.SendMail(${quoteDouble(address)}, ${auth}, from, to, message)`,
    note:
      t.encryption === 'none'
        ? null
        : `On Linux SSL_CERT_FILE=${caFileName} makes Go trust the certificate.`,
  };
};

const phpMail: Make = (t) => {
  const credentials = t.credentials ? `${t.credentials.user}:${t.credentials.password}` : '';
  // Between the quotes of php.ini and those of the shell there is no room for a third kind.
  const user = /^[\w.@+-]+:[\w.@+-]+$/.test(credentials) ? ` --smtp-user ${credentials}` : '';
  return {
    place: 'php.ini',
    code: `sendmail_path = "npx prixfixe-dev sendmail -t -i --smtp-host ${t.host} --smtp-port ${t.port}${user}"`,
    note: 'For mail() and everything built on it. Cron takes the same command as its mailer.',
  };
};

const wordPress: Make = (t) => ({
  place: 'wp-content/mu-plugins/prixfixe.php',
  code: lines(
    '<?php',
    "add_action('phpmailer_init', function ($mailer) {",
    '    $mailer->isSMTP();',
    `    $mailer->Host = ${quoteSingle(t.host)};`,
    `    $mailer->Port = ${t.port};`,
    t.encryption === 'none' && '    $mailer->SMTPAutoTLS = false;',
    t.encryption === 'starttls' && "    $mailer->SMTPSecure = 'tls';",
    t.encryption === 'tls' && "    $mailer->SMTPSecure = 'ssl';",
    t.encryption !== 'none' &&
      `    $mailer->SMTPOptions = ['ssl' => ['cafile' => __DIR__ . '/${caFileName}']];`,
    t.credentials && '    $mailer->SMTPAuth = true;',
    t.credentials && `    $mailer->Username = ${quoteSingle(t.credentials.user)};`,
    t.credentials && `    $mailer->Password = ${quoteSingle(t.credentials.password)};`,
    '});',
  ),
  note: null,
});

const curl: Make = (t) => ({
  place: 'Shell',
  code: lines(
    "printf 'From: app@example.test\\r\\nTo: you@example.test\\r\\nSubject: Hello\\r\\n\\r\\nIt works.\\r\\n' |",
    `  curl ${t.encryption === 'tls' ? 'smtps' : 'smtp'}://${hostInUrl(t.host)}:${t.port} \\`,
    t.encryption === 'starttls' && '    --ssl-reqd \\',
    t.encryption !== 'none' && `    --cacert ${caFileName} \\`,
    t.credentials &&
      `    --user ${quoteShell(`${t.credentials.user}:${t.credentials.password}`)} \\`,
    '    --mail-from app@example.test --mail-rcpt you@example.test --upload-file -',
  ),
  note: null,
});

const swaks: Make = (t) => ({
  place: 'Shell',
  code: lines(
    `swaks --server ${quoteShell(t.host)} --port ${t.port} \\`,
    t.encryption === 'starttls' && `  --tls --tls-verify --tls-ca-path ${caFileName} \\`,
    t.encryption === 'tls' && `  --tls-on-connect --tls-verify --tls-ca-path ${caFileName} \\`,
    t.credentials &&
      `  --auth PLAIN --auth-user ${quoteShell(t.credentials.user)} --auth-password ${quoteShell(t.credentials.password)} \\`,
    '  --from app@example.test --to you@example.test --header "Subject: Hello" --body "It works."',
  ),
  note: null,
});

const docker: Make = (t) => ({
  place: 'compose.yaml',
  code: lines(
    'services:',
    '  app:',
    '    environment:',
    '      SMTP_HOST: host.docker.internal',
    `      SMTP_PORT: "${t.port}"`,
    '    extra_hosts:',
    '      - "host.docker.internal:host-gateway"',
  ),
  note: 'Inside a container 127.0.0.1 is the container. On Linux also start with --smtp-host 0.0.0.0 (or the address of the Docker bridge), since the bridge does not reach loopback.',
});

const environment: Make = (t) => ({
  place: '.env',
  code: lines(
    `SMTP_URL=${quoteEnv(smtpUrl(t))}`,
    `SMTP_HOST=${t.host}`,
    `SMTP_PORT=${t.port}`,
    t.credentials && `SMTP_USER=${quoteEnv(t.credentials.user)}`,
    t.credentials && `SMTP_PASSWORD=${quoteEnv(t.credentials.password)}`,
    t.encryption !== 'none' && `NODE_EXTRA_CA_CERTS=${caFileName}`,
  ),
  note: null,
});

const catalogue: readonly (readonly [id: string, name: string, make: Make])[] = [
  ['nodemailer', 'Nodemailer', nodemailer],
  ['env', 'Environment', environment],
  ['python', 'Python smtplib', pythonSmtplib],
  ['django', 'Django', django],
  ['laravel', 'Laravel', laravel],
  ['symfony', 'Symfony', symfony],
  ['rails', 'Rails', rails],
  ['spring', 'Spring Boot', spring],
  ['dotnet', '.NET', dotnet],
  ['go', 'Go', go],
  ['php', 'PHP mail()', phpMail],
  ['wordpress', 'WordPress', wordPress],
  ['curl', 'curl', curl],
  ['swaks', 'swaks', swaks],
  ['docker', 'Docker', docker],
];

export function snippetsFor(target: Target): readonly Snippet[] {
  return catalogue.map(([id, name, make]) => ({ id, name, ...make(target) }));
}
