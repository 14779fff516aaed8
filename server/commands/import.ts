/**
 * `prixfixe-dev import`: messages from files into the running server, by SMTP, so that they arrive
 * as any other mail does. Octets are kept; see `line-ends.ts` for files with Unix line ends.
 */
import { createReadStream, type Dirent } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { smtpClientOptions } from '../config/client-options.ts';
import { parseRows } from '../config/parse.ts';
import { renderCommandHelp } from '../config/render.ts';
import type { OptionRow } from '../config/row.ts';
import { addressesOf, readRawHeader } from '../message/raw-header.ts';
import { type Command, CommandError, exitStatus, showBytes, showCount } from './command.ts';
import { asTransmitted } from './line-ends.ts';
import { isMbox, type MboxFormat, readMbox } from './mbox.ts';
import { type OutgoingMessage, SmtpClient } from './smtp-client.ts';

const rows = [
  {
    key: 'recipient',
    flag: 'to',
    kind: 'text',
    heading: 'import',
    default: 'imported@localhost',
    text: 'Envelope recipient of messages that name none.',
  },
  {
    key: 'mboxFormat',
    flag: 'mbox-format',
    kind: 'choice',
    heading: 'import',
    default: 'mboxrd',
    choices: ['mboxrd', 'mboxo'],
    placeholder: '<format>',
    text: 'How lines that start with "From " are quoted in mailbox files.',
  },
  ...smtpClientOptions,
] as const satisfies readonly OptionRow[];

const help = {
  usage: 'import [options] <file or folder> …',
  text:
    'Sends .eml files, mailbox files (mbox) and folders of them (Maildir too) to the running ' +
    'server. The envelope is taken from Return-Path and Delivered-To, else from From, To, Cc and ' +
    'Bcc.',
  rows,
  examples: [
    ['prixfixe-dev import saved/*.eml', ''],
    ['prixfixe-dev import archive.mbox --smtp-port 2525', ''],
  ],
} as const;

interface FileToImport {
  readonly name: string;
  readonly sizeBytes: number;
}

export const importCommand: Command = {
  async run(input, io) {
    const parsed = parseRows(rows, input);
    if (parsed.kind === 'asked') {
      io.stdout.write(renderCommandHelp(help, io.style));
      return exitStatus.ok;
    }
    if (parsed.kind === 'invalid') throw usage(parsed.errors.join('\n'));
    const { values, operands } = parsed.value;
    if (operands.length === 0) throw usage('Name the files or folders to import.');

    const files = (await Promise.all(operands.map((name) => findFiles(name)))).flat();
    const bytesTotal = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const count = { imported: 0, refused: 0, bytes: 0 };
    const startedAtMs = Date.now();
    const client = await SmtpClient.connect(values);
    for await (const { message, name } of readMessages(files, values)) {
      const { accepted, refusals } = await client.send(message);
      count.bytes += message.octets.length;
      if (accepted) count.imported++;
      else {
        count.refused++;
        const [refusal] = refusals;
        io.tell(`${name}: refused with ${refusal?.code} ${refusal?.text}`);
      }
      const done = bytesTotal === 0 ? 100 : Math.min(100, (count.bytes / bytesTotal) * 100);
      io.progress(`${Math.floor(done)} %  ${showCount(count.imported, 'message')} imported`);
    }
    await client.close();
    io.progress('');
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    const size = showBytes(count.bytes);
    io.stdout.write(`${showCount(count.imported, 'message')} imported, ${size} in ${seconds} s.\n`);
    if (count.refused > 0) io.tell(`${showCount(count.refused, 'message')} refused.`);
    return count.refused === 0 ? exitStatus.ok : exitStatus.failed;
  },
};

async function* readMessages(
  files: readonly FileToImport[],
  options: { readonly mboxFormat: MboxFormat; readonly recipient: string },
): AsyncGenerator<{ readonly message: OutgoingMessage; readonly name: string }> {
  const { mboxFormat, recipient } = options;
  for (const { name } of files) {
    if (!(await startsAsMbox(name))) {
      const octets = asTransmitted(await readFile(name));
      yield { name, message: { octets, ...envelopeOf(octets, { sender: '', recipient }) } };
      continue;
    }
    let serial = 0;
    for await (const { octets, sender } of readMbox(createReadStream(name), mboxFormat)) {
      serial++;
      const sent = asTransmitted(octets);
      const envelope = envelopeOf(sent, { sender, recipient });
      yield { name: `${name}, message ${serial}`, message: { octets: sent, ...envelope } };
    }
  }
}

/** What the header tells of the envelope; `otherwise` where it tells nothing. */
export function envelopeOf(
  octets: Buffer,
  otherwise: { readonly sender: string; readonly recipient: string },
): Pick<OutgoingMessage, 'reversePath' | 'forwardPaths'> {
  const header = readRawHeader(octets);
  const returnPath = header.fields.find(({ lowerName }) => lowerName === 'return-path');
  const [author = ''] = addressesOf(header, 'from');
  const reversePath =
    returnPath === undefined
      ? otherwise.sender || author
      : returnPath.value.replace(/^<(.*)>$/, '$1');
  const delivered = addressesOf(header, 'delivered-to', 'x-original-to');
  const named = delivered.length > 0 ? delivered : addressesOf(header, 'to', 'cc', 'bcc');
  const forwardPaths = named.length > 0 ? [...new Set(named)] : [otherwise.recipient];
  return { reversePath, forwardPaths };
}

/** A file is taken whatever its name; of a folder those that look like mail. */
async function findFiles(name: string): Promise<readonly FileToImport[]> {
  try {
    const status = await stat(name);
    if (!status.isDirectory()) return [{ name, sizeBytes: status.size }];
    const entries = await readdir(name, { withFileTypes: true });
    const inside = entries
      .filter((entry) => entry.isDirectory() || looksLikeMail(name, entry))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => findFiles(join(name, entry.name)));
    return (await Promise.all(inside)).flat();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${name} cannot be read: ${reason}`, {
      exitStatus: exitStatus.failed,
      cause,
    });
  }
}

function looksLikeMail(folder: string, entry: Dirent): boolean {
  const isMaildir = /^(?:cur|new)$/.test(basename(folder));
  return entry.isFile() && (isMaildir || /\.(?:eml|mbox|mbx)$/i.test(entry.name));
}

async function startsAsMbox(name: string): Promise<boolean> {
  await using file = await open(name);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, 0);
  return isMbox(buffer.subarray(0, bytesRead));
}

function usage(message: string): CommandError {
  return new CommandError(`${message}\nSee prixfixe-dev import --help.`, {
    exitStatus: exitStatus.usage,
  });
}
