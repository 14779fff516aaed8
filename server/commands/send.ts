/** `prixfixe-dev send`: a message worth looking at, into the running server by SMTP. */
import { smtpClientOptions } from '../config/client-options.ts';
import { parseRows } from '../config/parse.ts';
import { renderCommandHelp } from '../config/render.ts';
import type { OptionRow } from '../config/row.ts';
import { type Command, CommandError, exitStatus, showCount } from './command.ts';
import { sendTestMessage } from './test-message.ts';

const rows = [
  {
    key: 'to',
    flag: 'to',
    kind: 'text',
    heading: 'send',
    default: 'test@example.test',
    text: 'Recipient.',
  },
  {
    key: 'from',
    flag: 'from',
    kind: 'text',
    heading: 'send',
    default: 'hello@prixfixe-dev.test',
    text: 'Sender.',
  },
  {
    key: 'subject',
    flag: 'subject',
    kind: 'text',
    heading: 'send',
    default: null,
    text: 'Subject, instead of the usual one.',
  },
  {
    key: 'count',
    flag: 'count',
    kind: 'count',
    heading: 'send',
    default: 1,
    min: 1,
    max: 10_000,
    text: 'How many.',
  },
  ...smtpClientOptions,
] as const satisfies readonly OptionRow[];

const help = {
  usage: 'send [options]',
  text: 'Sends a test message with text, HTML, an inline image and an attachment to the running server.',
  rows,
  examples: [
    ['prixfixe-dev send', ''],
    ['prixfixe-dev send --to ada@example.test --count 20', ''],
  ],
} as const;

export const sendCommand: Command = {
  async run(input, io) {
    const parsed = parseRows(rows, input);
    if (parsed.kind === 'asked') {
      io.stdout.write(renderCommandHelp(help, io.style));
      return exitStatus.ok;
    }
    const errors =
      parsed.kind === 'invalid' ? parsed.errors : parsed.value.operands.map(unexpected);
    if (parsed.kind === 'invalid' || errors.length > 0) {
      io.tell(`${errors.join('\n')}\nSee prixfixe-dev send --help.`);
      return exitStatus.usage;
    }
    const { to, from, subject, count, smtpHost, smtpPort, smtpUser } = parsed.value.values;
    const server = { host: smtpHost, port: smtpPort };
    for (let sent = 1; sent <= count; sent++) {
      await sendTestMessage({ to, from, subject, server, credential: smtpUser }).catch((cause) => {
        throw notSent(server, cause);
      });
      io.progress(`${sent} of ${showCount(count, 'message')} sent`);
    }
    io.progress('');
    io.stdout.write(`${showCount(count, 'message')} sent to ${to}.\n`);
    return exitStatus.ok;
  },
};

function unexpected(operand: string): string {
  return `"${operand}" is not understood; the recipient is given with --to.`;
}

function notSent({ host, port }: { host: string; port: number }, cause: unknown): CommandError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CommandError(
    `SMTP at ${host} port ${port} did not take the message: ${reason}. Is prixfixe-dev running ` +
      'there? Another place is given with --smtp-host (PRIXFIXE_SMTP_HOST) and --smtp-port ' +
      '(PRIXFIXE_SMTP_PORT).',
    { exitStatus: exitStatus.failed, cause },
  );
}
