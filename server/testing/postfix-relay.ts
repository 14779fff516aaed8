/**
 * Postfix as a relay: it takes a message on one loopback port and passes it on to ours. It runs
 * unpacked, with configuration, queue and log in a temporary directory, under accounts that every
 * Debian has; the machine's own mail system is not touched.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { unpackDebianPackage } from './debian-package.ts';
import { eventually } from './eventually.ts';
import { RawSmtpClient } from './raw-smtp-client.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface PostfixRelay extends AsyncDisposable {
  /** Where it takes mail. */
  readonly port: number;
  log(): Promise<string>;
}

/** Why it cannot be had here, or one that runs. `settings` are lines of its main.cf. */
export async function startPostfixRelay(options: {
  readonly relayPort: number;
  readonly settings: (directory: string) => Promise<Readonly<Record<string, string>>>;
}): Promise<PostfixRelay | { readonly reason: string }> {
  if (process.getuid?.() !== 0) return { reason: 'Postfix can be started by root only' };
  const postfix = await unpackDebianPackage('postfix', '/usr/lib/postfix/sbin/master');
  if ('reason' in postfix) return postfix;
  const directory = await temporaryDirectory();
  // The accounts of Postfix have to pass through.
  await chmod(directory.path, 0o755);
  const port = await freePort();
  const settings = await options.settings(directory.path);
  const ports = { own: port, relay: options.relayPort };
  await writeConfiguration(directory.path, postfix.root, ports, settings);
  const log = () => readFile(join(directory.path, 'log'), 'utf8').catch(() => 'no log');
  const master = startPostfix(directory.path, postfix.root);
  const ended = new Promise((resolve) => master.once('close', resolve));
  const stop = async () => {
    if (master.pid !== undefined) process.kill(-master.pid, 'SIGTERM');
    await ended;
    await directory[Symbol.asyncDispose]();
  };
  try {
    await eventually(() => RawSmtpClient.connect({ port }).then(said220, () => false)).toBe(true);
  } catch (error) {
    const text = await log();
    await stop();
    throw new Error(`Postfix said:\n${text}`, { cause: error });
  }
  return { port, log, [Symbol.asyncDispose]: stop };
}

/** Postfix wants an owner of its queue, other than root and nobody; it checks only that. */
const queueOwner = { name: 'daemon', uid: 1 };
const queueDirectories = [
  ...['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming'],
  ...['maildrop', 'private', 'public', 'saved', 'trace'],
];

const services = [
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'smtp unix - - n - - smtp',
  'relay unix - - n - - smtp',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'anvil unix - - n - 1 anvil',
  'scache unix - - n - 1 scache',
  'postlog unix-dgram n - n - 1 postlogd',
];

async function writeConfiguration(
  directory: string,
  root: string,
  ports: { readonly own: number; readonly relay: number },
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${directory}/queue`,
    data_directory: `${directory}/data`,
    daemon_directory: `${root}/usr/lib/postfix/sbin`,
    command_directory: `${root}/usr/sbin`,
    shlib_directory: `${root}/usr/lib/postfix`,
    meta_directory: `${directory}/etc`,
    mail_owner: queueOwner.name,
    default_privs: 'nobody',
    setgid_group: 'mail',
    import_environment: 'MAIL_CONFIG LD_LIBRARY_PATH PATH TZ',
    maillog_file: `${directory}/log`,
    maillog_file_prefixes: directory,
    myhostname: 'relay.example.test',
    mydestination: '',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    relayhost: `[127.0.0.1]:${ports.relay}`,
    smtp_dns_support_level: 'disabled',
    ...extra,
  };
  const rows = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  await mkdir(join(directory, 'etc'));
  await writeFile(join(directory, 'etc/main.cf'), rows.join(''));
  const listener = `127.0.0.1:${ports.own} inet n - n - - smtpd`;
  await writeFile(join(directory, 'etc/master.cf'), `${[listener, ...services].join('\n')}\n`);
  for (const name of queueDirectories) {
    await mkdir(join(directory, 'queue', name), { recursive: true });
    await chown(join(directory, 'queue', name), queueOwner.uid, queueOwner.uid);
  }
  await mkdir(join(directory, 'queue/pid'));
  await mkdir(join(directory, 'data'));
  await chown(join(directory, 'data'), queueOwner.uid, queueOwner.uid);
}

function startPostfix(directory: string, root: string): ChildProcess {
  const configuration = join(directory, 'etc');
  return spawn(`${root}/usr/lib/postfix/sbin/master`, ['-c', configuration, '-d'], {
    // A group of its own: at its end master signals the whole group.
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      MAIL_CONFIG: configuration,
      LD_LIBRARY_PATH: `${root}/usr/lib/postfix`,
    },
  });
}

/** Postfix wants its port by number, so one is taken and given back. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function said220(client: RawSmtpClient): Promise<boolean> {
  await using greeted = client;
  return (await greeted.readReply()).code === 220;
}
