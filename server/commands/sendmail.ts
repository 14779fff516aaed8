/**
 * `prixfixe-dev sendmail`: what PHP's `sendmail_path`, cron and mutt call. The message comes on
 * standard input and goes to the running server by SMTP.
 *
 * The message stays as it is but for what sendmail does too: line ends become CRLF, Bcc goes when
 * recipients are taken from the header, and From, Date and Message-ID are put in front when they
 * are missing.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { hostname, userInfo } from 'node:os';
import type { Readable } from 'node:stream';
import { smtpClientOptions } from '../config/client-options.ts';
import { parseRows } from '../config/parse.ts';
import { renderCommandHelp } from '../config/render.ts';
import { addressesOf, type RawHeader, readRawHeader } from '../message/raw-header.ts';
import { type Command, CommandError, type CommandIo, exitStatus } from './command.ts';
import { withCrlf } from './line-ends.ts';
import { reachableHost } from './reachable-host.ts';
import { readSendmailArguments, type SendmailArguments } from './sendmail-arguments.ts';
import { type OutgoingMessage, SmtpClient, type SmtpServerAddress } from './smtp-client.ts';

const help = {
  usage: 'sendmail [-t] [-i] [-f address] [-F name] [recipient …] < message',
  text:
    'Takes a message on standard input and hands it to the running server. -t takes recipients ' +
    'from To, Cc and Bcc; -i keeps a line with a single dot; -f or -r sets the envelope sender, ' +
    '-F its name; -bs speaks SMTP on standard input and output. Other flags of sendmail are ' +
    'accepted and ignored. From, Date and Message-ID are added when missing, nothing else.',
  rows: smtpClientOptions,
  examples: [
    ['sendmail_path = "prixfixe-dev sendmail -t -i"', 'in php.ini'],
    ['prixfixe-dev sendmail ada@example.test < mail.txt', 'by hand'],
  ],
} as const;

export const sendmailCommand: Command = {
  async run(input, io) {
    const reading = readSendmailArguments(input.argv);
    if (!reading.ok) return usageError(io, reading.error);
    const own = parseRows(smtpClientOptions, { ...input, argv: reading.value.ownArguments });
    if (own.kind === 'asked') {
      io.stdout.write(renderCommandHelp(help, io.style));
      return exitStatus.ok;
    }
    if (own.kind === 'invalid') return usageError(io, own.errors.join('\n'));
    const { speaksSmtp } = reading.value;
    const address = own.value.values;
    return speaksSmtp ? speakSmtp(address, io) : deliver(reading.value, address, io);
  },
};

async function deliver(
  given: SendmailArguments,
  address: SmtpServerAddress,
  io: CommandIo,
): Promise<number> {
  if (given.recipients.length === 0 && !given.recipientsFromHeader) {
    return usageError(io, 'No recipients: name them, or take them from the header with -t.');
  }
  const message = prepareMessage(await readMessage(io.stdin, given.dotIsText), given, {
    now: new Date(),
    user: `${userInfo().username}@${hostname()}`,
  });
  if (message.forwardPaths.length === 0) {
    return usageError(io, 'No recipients: To, Cc and Bcc name nobody.');
  }
  const client = await SmtpClient.connect(address);
  const { accepted, refusals } = await client.send(message);
  await client.close();
  for (const { code, text, recipient } of refusals) {
    io.tell(`${recipient === null ? 'The message' : recipient} was refused: ${code} ${text}`);
  }
  if (accepted && refusals.length === 0) return exitStatus.ok;
  const isPermanent = refusals.some(({ code }) => code >= 500);
  return isPermanent ? exitStatus.unavailable : exitStatus.temporaryFailure;
}

/** The octets to send and the envelope to send them in. */
export function prepareMessage(
  octets: Buffer,
  given: Pick<
    SendmailArguments,
    'recipients' | 'recipientsFromHeader' | 'reversePath' | 'fullName'
  >,
  machine: { readonly now: Date; readonly user: string },
): OutgoingMessage {
  const message = withCrlf(octets);
  const header = readRawHeader(message);
  const fromHeader = given.recipientsFromHeader ? addressesOf(header, 'to', 'cc', 'bcc') : [];
  const [headerFrom] = addressesOf(header, 'sender', 'from');
  // `-f ''` and `-f '<>'` are the null reverse-path of notices, so an empty text counts as given.
  const reversePath = given.reversePath ?? headerFrom ?? machine.user;
  const from = given.reversePath || machine.user;
  const added = missingFields(header, {
    From: given.fullName === null ? from : `${quoted(given.fullName)} <${from}>`,
    Date: machine.now.toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${randomUUID()}@${from.split('@').at(-1)}>`,
  });
  return {
    reversePath,
    forwardPaths: [...new Set([...given.recipients, ...fromHeader])],
    octets: Buffer.concat([
      Buffer.from(added),
      ...(given.recipientsFromHeader
        ? withoutBcc(message, header)
        : [message.subarray(0, header.end)]),
      Buffer.from(header.present ? '' : '\r\n'),
      message.subarray(header.end),
    ]),
  };
}

function missingFields(header: RawHeader, fields: Readonly<Record<string, string>>): string {
  const present = new Set(header.fields.map(({ lowerName }) => lowerName));
  return Object.entries(fields)
    .filter(([name]) => !present.has(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

function withoutBcc(message: Buffer, header: RawHeader): readonly Buffer[] {
  return header.fields
    .filter(({ lowerName }) => lowerName !== 'bcc')
    .map(({ start, end }) => message.subarray(start, end));
}

/** A display name (RFC 5322 §3.2.4), as an encoded word when it is not ASCII (RFC 2047 §2). */
function quoted(name: string): string {
  const line = name.replaceAll(/[\r\n]+/g, ' ');
  if (/^[\x20-\x7e]*$/.test(line)) return `"${line.replaceAll(/["\\]/g, '\\$&')}"`;
  return `=?UTF-8?B?${Buffer.from(line).toString('base64')}?=`;
}

async function readMessage(stdin: Readable, dotIsText: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  const octets = Buffer.concat(chunks);
  if (dotIsText) return octets;
  const end = /(?:^|\n)\.\r?(?:\n|$)/.exec(octets.toString('latin1'));
  if (end === null) return octets;
  return octets.subarray(0, end.index + (end[0].startsWith('\n') ? 1 : 0));
}

/** `-bs`: the caller speaks SMTP itself, so its octets only have to be passed on. */
function speakSmtp(address: SmtpServerAddress, io: CommandIo): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: reachableHost(address.smtpHost), port: address.smtpPort });
    socket.on('error', (cause) => {
      const where = `${address.smtpHost} port ${address.smtpPort}`;
      const status = { exitStatus: exitStatus.temporaryFailure, cause };
      reject(new CommandError(`SMTP at ${where} cannot be reached: ${cause.message}`, status));
    });
    socket.on('close', () => resolve(exitStatus.ok));
    io.stdin.pipe(socket);
    socket.pipe(io.stdout, { end: false });
  });
}

function usageError(io: CommandIo, error: string): number {
  io.tell(`${error}\nSee prixfixe-dev sendmail --help.`);
  return exitStatus.usage;
}
