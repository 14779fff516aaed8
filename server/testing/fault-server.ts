/** An SMTP server with faults, and a client that goes through a session and tells what it met. */
import type { ConnectionOptions } from 'node:tls';
import {
  createFaultControl,
  type FaultControlOptions,
  type FaultEngine,
} from '../faults/fault-control.ts';
import { RawSmtpClient } from './raw-smtp-client.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './smtp-test-server.ts';

export interface FaultServer extends TestServer {
  readonly control: FaultEngine;
}

export async function startFaultServer(
  options: TestServerOptions = {},
  faults: FaultControlOptions = {},
): Promise<FaultServer> {
  const control = createFaultControl(faults);
  const server = await startTestServer({ ...options, gate: control });
  return {
    ...server,
    // What the spread copied by value.
    get openedCount() {
      return server.openedCount;
    },
    get closedCount() {
      return server.closedCount;
    },
    control,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      control.close();
    },
  };
}

export interface Visit {
  readonly port: number;
  /** Implicit TLS. */
  readonly tls?: ConnectionOptions;
  /** STARTTLS after EHLO, and EHLO again. */
  readonly startTls?: boolean;
  readonly recipient?: string;
  readonly message?: string;
  /** By BDAT instead of DATA. */
  readonly chunked?: boolean;
}

/**
 * Codes in the order in which they came, and at last how the connection ended: `end` (FIN) or
 * `reset` (RST), after `half` when a reply was broken off. A step that is refused does not stop the visitor, but for the message itself.
 */
export async function visit(about: Visit): Promise<string> {
  const said: (number | string)[] = [];
  try {
    await using client = await RawSmtpClient.connect({
      port: about.port,
      ...(about.tls === undefined ? {} : { tls: about.tls }),
    });
    const hear = async () => {
      const { code } = await client.readReply();
      said.push(code);
      return code;
    };
    const say = async (line: string) => {
      // A connection that is gone shows itself in the reply that does not come.
      await client.sendLine(line).catch(() => {});
      return hear();
    };
    await hear();
    await say('EHLO client.example.test');
    if (about.startTls && (await say('STARTTLS')) === 220) {
      await client.upgrade();
      await say('EHLO client.example.test');
    }
    await say(`AUTH PLAIN ${Buffer.from('\0ada\0secret').toString('base64')}`);
    await say('MAIL FROM:<from@example.test>');
    await say(`RCPT TO:<${about.recipient ?? 'to@example.test'}>`);
    const message = about.message ?? 'Subject: x\r\n\r\nhello\r\n';
    if (about.chunked) await say(`BDAT ${message.length} LAST\r\n${message.slice(0, -2)}`);
    else if ((await say('DATA')) === 354) await say(`${message}.`);
    await say('NOOP');
    await say('QUIT');
    await hear();
  } catch (error) {
    if (/before a whole reply: "[^"]/.test(String(error))) said.push('half');
    said.push(/ECONNRESET|EPIPE/.test(String(error)) ? 'reset' : 'end');
  }
  return said.join(' ');
}
