/**
 * Asks a running `spamd`: one connection for one message, the message sent whole, the answer read
 * up to a ceiling, all of it within a time limit. The protocol is SpamAssassin's own (SPAMC/1.5).
 */
import { connect, type Socket } from 'node:net';
import { readReport } from './read-report.ts';
import { type SpamCheck, SpamCheckError, type SpamdAddress } from './types.ts';

export interface SpamCheckLimits {
  /** Rules of the network ask other servers, and take their time. */
  readonly timeoutMs: number;
  /** What is larger is no spam that anybody sends, and takes minutes. */
  readonly messageBytesMax: number;
  readonly answerBytesMax: number;
}

const defaultLimits: SpamCheckLimits = {
  timeoutMs: 30_000,
  messageBytesMax: 5 * 1024 * 1024,
  answerBytesMax: 1024 * 1024,
};

export function createSpamCheck(
  address: SpamdAddress,
  limits: SpamCheckLimits = defaultLimits,
): SpamCheck {
  return {
    async check(raw) {
      if (raw.byteLength > limits.messageBytesMax) {
        throw new SpamCheckError(
          `The message is larger than the ${limits.messageBytesMax} octets that are checked for spam.`,
        );
      }
      return readReport(await ask(address, raw, limits));
    },
  };
}

function ask(address: SpamdAddress, raw: Uint8Array, limits: SpamCheckLimits): Promise<string> {
  const where = 'socketPath' in address ? { path: address.socketPath } : address;
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(where);
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(new SpamCheckError(`${nameOf(address)} could not be asked: ${why}.`, cause));
    };
    const timer = setTimeout(
      () => fail(`no answer within ${limits.timeoutMs / 1_000} s`),
      limits.timeoutMs,
    );
    const chunks: Buffer[] = [];
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes > limits.answerBytesMax) fail('its answer has no end');
      else chunks.push(chunk);
    });
    socket.once('error', (error) => fail(error.message, error));
    socket.once('end', () => resolve(Buffer.concat(chunks, bytes).toString('utf8')));
    socket.once('close', () => {
      clearTimeout(timer);
      // Where it closed without an end or an error nobody has been told yet.
      fail('it closed the connection');
    });
    socket.write(`REPORT SPAMC/1.5\r\nContent-length: ${raw.byteLength}\r\n\r\n`);
    // It waits for the end of what is sent.
    socket.end(raw);
  });
}

function nameOf(address: SpamdAddress): string {
  if ('socketPath' in address) return `spamd at ${address.socketPath}`;
  const { host, port } = address;
  return `spamd at ${host.includes(':') ? `[${host}]` : host}:${port}`;
}
