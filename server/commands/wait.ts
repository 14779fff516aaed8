/**
 * `prixfixe-dev wait`: for shell scripts, and for suites in languages that have no library. Waits on
 * the running server for a message and prints what is asked for of it. Exits with 0, or with 1 and
 * the reason on standard error.
 */
import { httpClientOptions } from '../config/client-options.ts';
import { parseRows } from '../config/parse.ts';
import { renderCommandHelp } from '../config/render.ts';
import type { OptionRow } from '../config/row.ts';
import type { Mail, MailMatch, Sink } from '../sink/types.ts';
import { type Command, CommandError, exitStatus } from './command.ts';

const dayMs = 86_400_000;

const rows = [
  {
    key: 'to',
    flag: 'to',
    kind: 'text',
    heading: 'wait',
    default: null,
    placeholder: '<address>',
    text: 'Recipient of the envelope, whole; @example.test is every address there.',
  },
  {
    key: 'from',
    flag: 'from',
    kind: 'text',
    heading: 'wait',
    default: null,
    placeholder: '<address>',
    text: 'Address in the From field, likewise.',
  },
  {
    key: 'subject',
    flag: 'subject',
    kind: 'text',
    heading: 'wait',
    default: null,
    text: 'Part of the subject, in capitals or not.',
  },
  {
    key: 'body',
    flag: 'body',
    kind: 'text',
    heading: 'wait',
    default: null,
    text: 'Part of the text.',
  },
  {
    key: 'after',
    flag: 'after',
    kind: 'text',
    heading: 'wait',
    default: null,
    placeholder: '<id>',
    text: 'Only what came after this message (--print id).',
  },
  {
    key: 'timeoutMs',
    flag: 'timeout',
    kind: 'duration',
    heading: 'wait',
    default: 10_000,
    max: dayMs,
    text: 'How long to wait.',
  },
  {
    key: 'print',
    flag: 'print',
    kind: 'choice',
    heading: 'wait',
    default: 'json',
    choices: ['json', 'code', 'link', 'text', 'eml', 'id'],
    placeholder: '<what>',
    text: 'What of the message goes to standard output.',
  },
  {
    key: 'link',
    flag: 'link',
    kind: 'text',
    heading: 'wait',
    default: null,
    text: 'With --print link: part of the text or the URL of the one that is meant.',
  },
  ...httpClientOptions,
] as const satisfies readonly OptionRow[];

const help = {
  usage: 'wait [options]',
  text:
    'Waits for a message on the running server and prints it, its code or its link. When several ' +
    'that fit are there already, it takes the newest. Ends with 0, or with 1 and the reason: what ' +
    'came instead, who connected, what failed.',
  rows,
  examples: [
    ['prixfixe-dev wait --to ada@example.test --print code', ''],
    ['curl "$(prixfixe-dev wait --to ada@example.test --subject reset --print link)"', ''],
    ['prixfixe-dev wait --subject invoice --timeout 30s --print eml > invoice.eml', ''],
  ],
} as const;

export const waitCommand: Command = {
  async run(input, io) {
    const parsed = parseRows(rows, input);
    if (parsed.kind === 'asked') {
      io.stdout.write(renderCommandHelp(help, io.style));
      return exitStatus.ok;
    }
    const errors =
      parsed.kind === 'invalid' ? parsed.errors : parsed.value.operands.map(unexpected);
    if (parsed.kind === 'invalid' || errors.length > 0) {
      const text = `${errors.join('\n')}\nSee prixfixe-dev wait --help.`;
      throw new CommandError(text, { exitStatus: exitStatus.usage });
    }
    const { values } = parsed.value;
    const { to, from, subject, body, after: since } = values;
    const match: MailMatch = {
      ...(to === null ? {} : { to }),
      ...(from === null ? {} : { from }),
      ...(subject === null ? {} : { subject }),
      ...(body === null ? {} : { body }),
      ...(since === null ? {} : { since }),
    };
    try {
      const { attachSink } = await import('../sink/attach-sink.ts');
      const auth = values.httpAuth === null ? {} : { auth: values.httpAuth };
      await using sink = await attachSink(values.url, auth);
      const mail = await newest(sink, match, values.timeoutMs);
      io.stdout.write(printed(mail, values));
      return exitStatus.ok;
    } catch (cause) {
      if (!isExpected(cause)) throw cause;
      throw new CommandError(cause.message, { exitStatus: exitStatus.failed, cause });
    }
  },
};

function unexpected(operand: string): string {
  return `"${operand}" is not understood; the recipient is given with --to.`;
}

/** A script that asks for a second reset wants the second link. */
async function newest(sink: Sink, match: MailMatch, timeoutMs: number): Promise<Mail> {
  const there = await sink.all(match);
  return there.at(-1) ?? (await sink.peek(match, { timeoutMs }));
}

/** None came, the server does not answer, or there is not one code or link: for a person to read. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && /^(?:Mail|Sink)\w*Error$/.test(error.name);
}

function printed(
  mail: Mail,
  { print, link }: { readonly print: string; readonly link: string | null },
): string | Uint8Array {
  if (print === 'code') return `${mail.code()}\n`;
  if (print === 'link') return `${mail.link(link ?? undefined).href}\n`;
  if (print === 'text') return mail.text;
  if (print === 'eml') return mail.raw;
  if (print === 'id') return `${mail.id}\n`;
  return `${JSON.stringify(described(mail), null, 2)}\n`;
}

function described(mail: Mail): object {
  const { id, receivedAt, envelope, from, to, cc, subject, text, html, webUrl } = mail;
  return {
    id,
    receivedAt: receivedAt.toISOString(),
    envelope: { from: envelope.from, to: envelope.to, user: envelope.user, tls: envelope.tls },
    from,
    to,
    cc,
    subject,
    text,
    html,
    codes: mail.codes(),
    links: mail.links(),
    attachments: mail.attachments.map(({ name, type, sizeBytes }) => ({ name, type, sizeBytes })),
    webUrl,
  };
}
