/** A kill takes the sessions that are open and those of the last moment, and nothing more. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openForReading } from '../../db/open.ts';
import { createEventBus } from '../events.ts';
import { openStorage } from '../storage/open-storage.ts';
import { startCli } from '../testing/cli-process.ts';
import { eventually } from '../testing/eventually.ts';
import { RawSmtpClient } from '../testing/raw-smtp-client.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';

test('ended sessions are written soon and by themselves, and outlive kill -9', async () => {
  await using folder = await temporaryDirectory();
  const location = join(folder.path, 'mail.db');
  const argv = ['--smtp-port', '0', '--http-port', '0', '--data-dir', folder.path];
  await using server = startCli(argv);
  const [, , port] = await server.printed(/Inbox {2}(\S+)\n *SMTP {3}[\d.]+:(\d+)/);
  for (const name of ['one', 'two']) {
    await using client = await RawSmtpClient.connect({ port: Number(port) });
    await client.send(`EHLO ${name}.example.test\r\nQUIT\r\n`);
    await client.readReplies(3);
  }
  await using open = await RawSmtpClient.connect({ port: Number(port) });
  await open.readReply();
  // Beside the server, which nobody asks for anything.
  const database = openForReading(location);
  const written = database.prepare('SELECT count(*) FROM session').pluck();
  await eventually(() => written.get()).toBe(2);
  database.close();
  server.child.kill('SIGKILL');
  await server.ended;

  const storage = await openStorage(
    {
      location,
      retention: { messagesMax: 0, ageMsMax: 0, bytesMax: 0 },
      durability: 'normal',
      threads: false,
    },
    createEventBus(),
  );
  const { sessions } = await storage.listSessions({
    filter: { outcome: null, error: null, reply: null, peer: null, user: null, text: null },
    limit: 10,
    beforeSeq: null,
  });
  expect(sessions.map(({ ehloName }) => ehloName)).toEqual([
    'two.example.test',
    'one.example.test',
  ]);
  await storage.close();
}, 60_000);
