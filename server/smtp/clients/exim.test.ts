/**
 * Exim as a client that sends by BDAT (RFC 3030) over STARTTLS.
 *
 * Exim insists on an account compiled into it and on its own place for libraries. It runs unpacked
 * in a mount namespace of its own, in which copies of /etc/passwd, /etc/group and the linker's
 * cache have what it wants; the machine keeps its files.
 */
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { libraryDirectories, unpackDebianPackage } from '../../testing/debian-package.ts';
import { type Ran, runProgram } from '../../testing/run-program.ts';
import { rawText, startTestServer } from '../../testing/smtp-test-server.ts';
import { temporaryDirectory } from '../../testing/temporary-directory.ts';
import { makeTestCertificates } from '../../testing/test-certificates.ts';

const installMs = 300_000;
/** Account `daemon` of every Debian, under the name that Exim looks up. */
const eximUid = 1;

function configuration(directory: string, root: string, port: number): string {
  return `
exim_path = ${root}/usr/sbin/exim4
exim_user = ${eximUid}
exim_group = ${eximUid}
primary_hostname = exim.example.test
spool_directory = ${directory}/spool
log_file_path = ${directory}/log/%slog
never_users =
keep_environment =
disable_ipv6
message_size_limit = 20M

begin routers
catcher:
  driver = manualroute
  transport = catcher_smtp
  route_list = * 127.0.0.1 byname
  self = send

begin transports
catcher_smtp:
  driver = smtp
  port = ${port}
  allow_localhost
  hosts_try_chunking = *
  hosts_require_tls = *
`;
}

async function prepare(directory: string, root: string, port: number): Promise<void> {
  // Exim drops its rights to an account that has to pass through here.
  await chmod(directory, 0o755);
  for (const name of ['spool', 'log']) {
    await mkdir(join(directory, name));
    await chown(join(directory, name), eximUid, eximUid);
  }
  await writeFile(join(directory, 'exim.conf'), configuration(directory, root, port));
  await chmod(join(directory, 'exim.conf'), 0o644);
  const passwd = `Debian-exim:x:${eximUid}:${eximUid}::/nonexistent:/usr/sbin/nologin\n`;
  const group = `Debian-exim:x:${eximUid}:\n`;
  await writeFile(join(directory, 'passwd'), (await readFile('/etc/passwd', 'utf8')) + passwd);
  await writeFile(join(directory, 'group'), (await readFile('/etc/group', 'utf8')) + group);
  const libraries = [...(await libraryDirectories(root)), 'include /etc/ld.so.conf'];
  await writeFile(join(directory, 'ld.conf'), `${libraries.join('\n')}\n`);
  const cached = await runProgram('/sbin/ldconfig', [
    ...['-X', '-f', join(directory, 'ld.conf'), '-C', join(directory, 'ld.cache')],
  ]);
  expect(cached.code, cached.stderr).toBe(0);
}

/** In a mount namespace of its own, gone with the process. */
function privately(directory: string, command: readonly string[], input = ''): Promise<Ran> {
  const script = [
    'set -e',
    'mount --bind "$0/passwd" /etc/passwd',
    'mount --bind "$0/group" /etc/group',
    'mount --bind "$0/ld.cache" /etc/ld.so.cache',
    'exec "$@"',
  ].join('\n');
  return runProgram('unshare', ['--mount', 'sh', '-c', script, directory, ...command], { input });
}

describe('Exim sending by BDAT over STARTTLS', () => {
  test(
    'small and large messages arrive whole, and came by BDAT',
    async ({ skip }) => {
      if (process.getuid?.() !== 0) return skip('Exim can be run this way by root only');
      const exim = await unpackDebianPackage('exim4-daemon-light', '/usr/sbin/exim4');
      if ('reason' in exim) return skip(exim.reason);
      const secureContext = (await makeTestCertificates()).secureContext();
      await using server = await startTestServer({
        tls: 'offered',
        secureContext: () => secureContext,
      });
      await using directory = await temporaryDirectory();
      await prepare(directory.path, exim.root, server.port);
      const possible = await privately(directory.path, ['true']);
      if (possible.code !== 0) {
        return skip(`a mount namespace cannot be had: ${possible.stderr.trim()}`);
      }

      const send = (subject: string, body: string) =>
        privately(
          directory.path,
          [
            ...[
              `${exim.root}/usr/sbin/exim4`,
              '-C',
              join(directory.path, 'exim.conf'),
              '-odf',
              '-i',
            ],
            ...['-f', 'ann@example.test', 'bob@example.test', 'carol@example.test'],
          ],
          `Subject: ${subject}\n\n${body}`,
        );
      const large = 'A line of sixty-four characters with its end, and nothing else..\n'.repeat(
        50_000,
      );
      for (const [subject, body] of [
        ['small', 'Hello\n.\n..\n'],
        ['large', large],
      ] as const) {
        const ran = await send(subject, body);
        const log = await readFile(join(directory.path, 'log/mainlog'), 'utf8').catch(() => '');
        expect(ran.code, ran.stderr + log).toBe(0);
        const message = server.messages.find((each) =>
          rawText(each).includes(`\nSubject: ${subject}\r\n`),
        );
        expect(message, ran.stderr + log).toBeDefined();
        // BDAT counts octets: a dot alone on its line is one of them.
        expect(rawText(message).endsWith(`\r\n\r\n${body.replace(/\n/g, '\r\n')}`)).toBe(true);
        expect(message?.wire.via).toBe('BDAT');
        expect(message?.origin.tls?.protocol).toBe('TLSv1.3');
        expect(message?.origin.ehloName).toBe('exim.example.test');
        expect(message?.envelope.forwardPaths).toHaveLength(2);
      }
    },
    installMs,
  );
});
