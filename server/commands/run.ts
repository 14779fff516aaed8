/**
 * `prixfixe-dev run -- <command>`: a server of its own for the time of a command, on free ports, in
 * memory. The command finds it by its environment and trusts its certificate. Everything printed
 * goes to standard error, because standard output is the command's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { trustingEnvironment } from '../adapters/trusting-environment.ts';
import { parseRows } from '../config/parse.ts';
import { renderCommandHelp } from '../config/render.ts';
import type { OptionRow } from '../config/row.ts';
import type { Sink } from '../sink/types.ts';
import { type Command, CommandError, exitStatus } from './command.ts';
import { summarize } from './run-summary.ts';

const rows = [
  {
    key: 'variables',
    flag: 'set',
    kind: 'variables',
    heading: 'run',
    default: [],
    defaultText: 'none',
    text: 'Another variable for the command; {host}, {port}, {url}, {web} and {ca} stand for what is known only then.',
  },
  {
    key: 'tls',
    flag: 'tls',
    kind: 'choice',
    heading: 'run',
    default: 'offered',
    choices: ['offered', 'required', 'implicit', 'off'],
    placeholder: '<how>',
    text: 'STARTTLS that clients may use, or must; TLS from the first octet; none.',
  },
  {
    key: 'authRequired',
    flag: 'require-auth',
    kind: 'switch',
    heading: 'run',
    default: false,
    text: 'No mail without a login; any user and password will do.',
  },
  {
    key: 'file',
    flag: 'save',
    kind: 'file',
    heading: 'run',
    default: null,
    text: 'Keep the mail in this file, to look at with prixfixe-dev --db <file>.',
  },
  {
    key: 'quiet',
    flag: 'quiet',
    kind: 'switch',
    heading: 'run',
    default: false,
    text: 'No summary at the end.',
  },
] as const satisfies readonly OptionRow[];

const help = {
  usage: 'run [options] -- <command>',
  text:
    'Starts a server on free ports, runs the command, says what mail was caught and ends with the ' +
    "command's exit status. The command finds the server by SMTP_HOST, SMTP_PORT and SMTP_URL, the " +
    'tests find it by PRIXFIXE_URL, and NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and PRIXFIXE_CA_FILE ' +
    'name files with the certificate authority.',
  rows,
  examples: [
    ['prixfixe-dev run -- npm test', ''],
    ['prixfixe-dev run --set MAIL_HOST={host} --set MAIL_PORT={port} -- php artisan test', ''],
    ['prixfixe-dev run --set MAILER_DSN={url} -- bin/phpunit', ''],
    ['prixfixe-dev run --tls required -- npx playwright test --workers 8', ''],
  ],
} as const;

export const runCommand: Command = {
  async run(input, io) {
    const separator = input.argv.indexOf('--');
    const ours = separator < 0 ? input.argv : input.argv.slice(0, separator);
    const [program, ...given] = separator < 0 ? [] : input.argv.slice(separator + 1);
    const parsed = parseRows(rows, { ...input, argv: ours });
    if (parsed.kind === 'asked') {
      io.stdout.write(renderCommandHelp(help, io.style));
      return exitStatus.ok;
    }
    if (parsed.kind === 'invalid') throw usage(parsed.errors.join('\n'));
    const { values, operands } = parsed.value;
    if (operands.length > 0 || program === undefined) throw usage(withSeparator(operands));

    const { startSink } = await import('../sink/start-sink.ts');
    const sink = await startSink({
      web: true,
      tls: values.tls,
      ...(values.authRequired ? { auth: 'required' } : {}),
      ...(values.file === null ? {} : { store: { file: values.file } }),
    }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError(`prixfixe-dev run: ${reason}`, {
        exitStatus: exitStatus.failed,
        cause,
      });
    });
    try {
      const { ca } = sink;
      await using trust = ca === null ? null : await trustingEnvironment(ca, input.env);
      const known = { ...sink.env(), ...trust?.variables };
      const wished = values.variables.map(({ name, value }) => [
        name,
        filledIn(value, sink, known),
      ]);
      const startedAtMs = performance.now();
      const status = await runToEnd(program, given, {
        ...input.env,
        ...known,
        ...Object.fromEntries(wished),
      });
      if (!values.quiet) io.tell(await summarize(sink, performance.now() - startedAtMs));
      return status;
    } finally {
      await sink.stop();
    }
  },
};

function usage(text: string): CommandError {
  return new CommandError(`${text}\nSee prixfixe-dev run --help.`, {
    exitStatus: exitStatus.usage,
  });
}

function withSeparator(operands: readonly string[]): string {
  if (operands.length === 0)
    return 'Say what to run, after two dashes: prixfixe-dev run -- npm test';
  return `Two dashes go before the command: prixfixe-dev run -- ${operands.join(' ')}`;
}

/** `{port}` → `49213`. What is not known stays, so that it shows. */
function filledIn(text: string, sink: Sink, known: Readonly<Record<string, string>>): string {
  const values = new Map([
    ['host', sink.host],
    ['port', String(sink.port)],
    ['url', sink.url],
    ['web', sink.webUrl ?? ''],
    ['ca', known.PRIXFIXE_CA_FILE ?? ''],
  ]);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}

/** Resolves with the exit status as a shell has it: 128 and the number of the signal that ended it. */
function runToEnd(
  program: string,
  given: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((resolve, reject) => {
    // On Windows npm and its like are scripts, which only a shell starts.
    const shell = process.platform === 'win32';
    const child = spawn(program, given, { stdio: 'inherit', env, shell });
    const stopPassing = passSignalsTo(child);
    child.on('error', (cause: NodeJS.ErrnoException) => {
      stopPassing();
      reject(notStarted(program, cause));
    });
    child.on('close', (code, signal) => {
      stopPassing();
      resolve(signal === null ? (code ?? exitStatus.failed) : 128 + constants.signals[signal]);
    });
  });
}

function notStarted(program: string, cause: NodeJS.ErrnoException): CommandError {
  const isMissing = cause.code === 'ENOENT';
  const reason = isMissing ? 'there is no such program in PATH' : cause.message;
  return new CommandError(`prixfixe-dev run: ${program} could not be started: ${reason}.`, {
    exitStatus: isMissing ? exitStatus.notFound : exitStatus.notExecutable,
    cause,
  });
}

/** Until the command ends we stay, whoever asks us to go: it decides. */
function passSignalsTo(child: ChildProcess): () => void {
  const passed = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;
  const listeners = passed.map((signal) => {
    const listener = () => {
      // Ctrl+C in a terminal goes to all of its foreground processes, the command among them.
      if (signal === 'SIGINT' && process.stdin.isTTY === true) return;
      child.kill(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}
