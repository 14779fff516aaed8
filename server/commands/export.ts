/**
 * `prixfixe-dev export`: messages out of the running server over its HTTP API, the oldest first in
 * a mailbox file, in any order as .eml files. An .eml file holds the octets as they were sent.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { httpClientOptions } from '../config/client-options.ts';
import { parseRows } from '../config/parse.ts';
import { renderCommandHelp } from '../config/render.ts';
import type { OptionRow } from '../config/row.ts';
import type { MessagePageShape, MessageSummaryShape } from '../http/shapes.ts';
import { type ApiServer, callApi } from './api-client.ts';
import {
  type Command,
  CommandError,
  type CommandIo,
  exitStatus,
  showBytes,
  showCount,
} from './command.ts';
import { asStoredOnUnix } from './line-ends.ts';
import { mboxEntry } from './mbox.ts';

const rows = [
  {
    key: 'query',
    flag: 'query',
    kind: 'text',
    heading: 'export',
    default: null,
    text: 'Only messages that this search finds, such as from:ada@example.test.',
  },
  {
    key: 'format',
    flag: 'format',
    kind: 'choice',
    heading: 'export',
    default: 'auto',
    choices: ['auto', 'eml', 'mbox'],
    placeholder: '<format>',
    text: 'auto: mbox when the target ends in .mbox or is -, else a folder of .eml files.',
  },
  ...httpClientOptions,
] as const satisfies readonly OptionRow[];

const help = {
  usage: 'export [options] <folder, file.mbox or ->',
  text:
    'Writes the messages of the running server to a folder, one .eml file each, octet for octet ' +
    'as they were sent, or to one mailbox file (mboxrd).',
  rows,
  examples: [
    ['prixfixe-dev export saved/', ''],
    ['prixfixe-dev export --query "tag:invoice" all.mbox', ''],
  ],
} as const;

export const exportCommand: Command = {
  async run(input, io) {
    const parsed = parseRows(rows, input);
    if (parsed.kind === 'asked') {
      io.stdout.write(renderCommandHelp(help, io.style));
      return exitStatus.ok;
    }
    if (parsed.kind === 'invalid') throw usage(parsed.errors.join('\n'));
    const { values, operands } = parsed.value;
    const [target, ...more] = operands;
    if (target === undefined || more.length > 0) throw usage('Name one folder or mailbox file.');

    const messages = await listMessages(values, io);
    const auto = target === '-' || /\.(?:mbox|mbx)$/i.test(target) ? 'mbox' : 'eml';
    const format = values.format === 'auto' ? auto : values.format;
    const bytes =
      format === 'mbox'
        ? await exportMbox(messages, target, values, io)
        : await exportFiles(messages, target, values, io);
    io.progress('');
    io.tell(`${showCount(messages.length, 'message')} exported to ${target}, ${showBytes(bytes)}.`);
    return exitStatus.ok;
  },
};

async function listMessages(
  server: ApiServer & { readonly query: string | null },
  io: CommandIo,
): Promise<readonly MessageSummaryShape[]> {
  const messages: MessageSummaryShape[] = [];
  let cursor: string | null = null;
  do {
    const parameters = new URLSearchParams({ limit: '500' });
    if (server.query !== null) parameters.set('query', server.query);
    if (cursor !== null) parameters.set('cursor', cursor);
    const answer = await callApi(server, `/api/messages?${parameters}`);
    // The boundary of the API: its shape is declared once, in http/shapes.ts.
    const page = (await answer.json()) as MessagePageShape;
    messages.push(...page.messages);
    cursor = page.nextCursor;
    io.progress(`${showCount(messages.length, 'message')} of ${page.matched} listed`);
  } while (cursor !== null);
  return messages.reverse();
}

async function exportFiles(
  messages: readonly MessageSummaryShape[],
  folder: string,
  server: ApiServer,
  io: CommandIo,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  let bytes = 0;
  let done = 0;
  const write = async (message: MessageSummaryShape) => {
    const octets = await rawOf(server, message.id);
    await writeFile(join(folder, fileNameOf(message)), octets);
    bytes += octets.length;
    io.progress(`${++done} of ${showCount(messages.length, 'message')} exported`);
  };
  // A few at a time: enough to hide the way there and back, too few to hold much.
  for (let start = 0; start < messages.length; start += 4) {
    await Promise.all(messages.slice(start, start + 4).map(write));
  }
  return bytes;
}

async function exportMbox(
  messages: readonly MessageSummaryShape[],
  target: string,
  server: ApiServer,
  io: CommandIo,
): Promise<number> {
  const out = target === '-' ? io.stdout : createWriteStream(target);
  let bytes = 0;
  let done = 0;
  try {
    for (const { id, reversePath, receivedAt } of messages) {
      const octets = await rawOf(server, id);
      const at = new Date(receivedAt);
      await write(out, mboxEntry({ octets: asStoredOnUnix(octets), sender: reversePath, at }));
      bytes += octets.length;
      io.progress(`${++done} of ${showCount(messages.length, 'message')} exported`);
    }
  } finally {
    if (target !== '-') await new Promise<void>((resolve) => out.end(resolve));
  }
  return bytes;
}

/** Waits until the octets are on their way, so that a slow disk holds up the reading. */
function write(out: Writable, octets: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    out.write(octets, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Time, subject and id: sorted by arrival, readable, and unique by the id. Only letters, digits
 * and hyphens come from the message, so no name can leave the folder or surprise a shell.
 */
export function fileNameOf(
  message: Pick<MessageSummaryShape, 'id' | 'receivedAt' | 'subject'>,
): string {
  const time = message.receivedAt.replace(/\.\d+/, '').replaceAll(':', '');
  const words = message.subject
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
  const subject = [...words].slice(0, 40).join('').replace(/-+$/, '') || 'no-subject';
  const id = message.id.replaceAll(/[^0-9A-Za-z]/g, '');
  return `${time}-${subject}-${id}.eml`;
}

async function rawOf(server: ApiServer, id: string): Promise<Buffer> {
  const answer = await callApi(server, `/api/messages/${encodeURIComponent(id)}/raw`);
  return Buffer.from(await answer.arrayBuffer());
}

function usage(message: string): CommandError {
  return new CommandError(`${message}\nSee prixfixe-dev export --help.`, {
    exitStatus: exitStatus.usage,
  });
}
