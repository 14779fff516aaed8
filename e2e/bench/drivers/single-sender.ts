/** One session from this very process, so that its times compare with others taken here. */
import { RawSmtpClient } from '../../../server/testing/raw-smtp-client.ts';

export interface SingleSender extends AsyncDisposable {
  /** Resolves with the time (`performance.now()`) at which the 250 was read. */
  send(recipient: string, message: string | Buffer): Promise<number>;
}

export async function openSender(port: number): Promise<SingleSender> {
  const client = await RawSmtpClient.connect({ port });
  await expectReply(client, 220);
  await client.send('EHLO load.test\r\n');
  await expectReply(client, 250);
  return {
    async send(recipient, message) {
      await client.send(`MAIL FROM:<load@load.test>\r\nRCPT TO:<${recipient}>\r\nDATA\r\n`);
      for (const code of [250, 250, 354]) await expectReply(client, code);
      const done = expectReply(client, 250);
      await client.send(Buffer.concat([Buffer.from(message), Buffer.from('.\r\n')]));
      await done;
      return performance.now();
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

async function expectReply(client: RawSmtpClient, code: number): Promise<void> {
  const reply = await client.readReply();
  if (reply.code !== code) throw new Error(`${reply.wire.trim()} instead of ${code}`);
}

/** A short text; lines must not begin with a dot. */
export function smallMessage(options: {
  readonly messageId: string;
  readonly subject: string;
  readonly text?: string;
}): string {
  return (
    'From: Load Generator <load@load.test>\r\nTo: <inbox@load.test>\r\n' +
    `Subject: ${options.subject}\r\nDate: Thu, 01 Jan 2026 12:00:00 +0000\r\n` +
    `Message-ID: <${options.messageId}>\r\n\r\n${options.text ?? 'Good morning.'}\r\n`
  );
}
