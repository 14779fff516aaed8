#!/usr/bin/env node
/**
 * The program: argv and environment → configuration → app, or a subcommand. This is the only file
 * that prints and exits. What a run does not need is not loaded: `--help` opens no database, and
 * `sendmail`, which is called for every message, starts quickly.
 */
import { spawn } from 'node:child_process';
import { type Command, CommandError, type CommandIo, exitStatus } from './commands/command.ts';
import { exposureWarning, renderBanner } from './commands/start-banner.ts';
import { nearest } from './config/nearest.ts';
import type { Config } from './config/options.ts';
import { type ParseInput, parseConfig, processInput } from './config/parse.ts';
import { renderHelp, type Style } from './config/render.ts';
import { limitHeap } from './limit-heap.ts';
import { createLog, type Log, printable } from './log.ts';
import { packageInfo } from './package-info.ts';

const nodeVersionMin = [20, 19] as const;

/** Signals that come within this time of the first count as one with it. */
const repeatedSignalMs = 300;

const commands: readonly {
  readonly name: string;
  readonly text: string;
  readonly load: () => Promise<Command>;
}[] = [
  {
    name: 'send',
    text: 'Send a test message with HTML, an image and an attachment.',
    load: async () => (await import('./commands/send.ts')).sendCommand,
  },
  {
    name: 'sendmail',
    text: 'Take a message on standard input, as sendmail does (PHP, cron).',
    load: async () => (await import('./commands/sendmail.ts')).sendmailCommand,
  },
  {
    name: 'run',
    text: 'Run a command, such as a test suite, with a server of its own.',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'fault',
    text: 'Let SMTP sessions of the running server go wrong on purpose.',
    load: async () => (await import('./commands/fault.ts')).faultCommand,
  },
  {
    name: 'wait',
    text: 'Wait for a message, and print its code or link.',
    load: async () => (await import('./commands/wait.ts')).waitCommand,
  },
  {
    name: 'import',
    text: 'Bring in .eml files, folders and mailbox files (mbox).',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  {
    name: 'export',
    text: 'Write the messages to .eml files or to one mailbox file (mbox).',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
];

// A reader that has seen enough (`| head`) closes the pipe: that is no reason to fail.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < nodeVersionMin[0] || (major === nodeVersionMin[0] && minor < nodeVersionMin[1])) {
    const wanted = nodeVersionMin.join('.');
    fail(`prixfixe-dev needs Node ${wanted} or newer; this is ${process.versions.node}.`);
  }
  const [first = '', ...rest] = argv;
  const command = commands.find(({ name }) => name === first);
  if (command !== undefined) return runCommand(await command.load(), processInput(rest));
  if (first !== '' && !first.startsWith('-')) {
    const meant = nearest(
      first,
      commands.map(({ name }) => name),
    );
    const advice = meant === null ? 'See prixfixe-dev --help.' : `Did you mean ${meant}?`;
    fail(`There is no command "${first}". ${advice}`);
  }
  await start(processInput(argv));
}

async function runCommand(command: Command, input: ParseInput): Promise<void> {
  const io: CommandIo = {
    stdin: process.stdin,
    stdout: process.stdout,
    tell,
    progress: progressOn(process.stderr),
    style: styleOf(process.stdout),
  };
  try {
    process.exitCode = await command.run(input, io);
  } catch (error) {
    io.progress('');
    if (!(error instanceof CommandError)) throw error;
    io.tell(error.message);
    process.exitCode = error.exitStatus;
  }
  // Standard input may stay open for ever, and would keep the process alive.
  process.stdin.destroy();
}

async function start(input: ParseInput): Promise<void> {
  const parsed = parseConfig(input);
  const { version } = packageInfo();
  if (parsed.kind === 'asked') {
    const help = () => renderHelp(commands, styleOf(process.stdout));
    process.stdout.write(parsed.for === 'version' ? `${version}\n` : help());
    return;
  }
  if (parsed.kind === 'invalid') {
    fail(['prixfixe-dev cannot start:', ...parsed.errors, 'See prixfixe-dev --help.'].join('\n  '));
  }
  const config = parsed.value;
  const log = createLog({
    level: config.quiet && config.logLevel !== 'error' ? 'warn' : config.logLevel,
    write: (line) => process.stderr.write(line),
  });
  for (const warning of parsed.warnings) log.warn(warning);
  await serve(config, { log, version });
}

async function serve(config: Config, { log, version }: { log: Log; version: string }) {
  const { startApp } = await import('./app.ts');
  let stopping: (() => void) | null = null;
  let stopRequested = false;
  stopOnSignals(() => {
    stopRequested = true;
    stopping?.();
  });

  const app = await startApp(config, { log }).catch((error: unknown) => {
    fail(`prixfixe-dev cannot start: ${isOfTheWorld(error) ? error.message : stackOf(error)}`);
  });
  stopping = () => {
    app.close().then(
      () => process.exit(exitStatus.ok),
      (error: unknown) => fail(`prixfixe-dev did not stop cleanly: ${stackOf(error)}`),
    );
  };
  const report = (error: unknown) => {
    log.error('Something failed that should not have; prixfixe-dev stops', { error });
    fail(stackOf(error));
  };
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);

  limitHeap();
  // A signal that came while starting.
  if (stopRequested) return stopping();
  for (const notice of app.notices) log.warn(notice);
  const exposure = app.http === null ? null : exposureWarning(app.http, config);
  if (exposure !== null) log.warn(exposure);
  if (!config.quiet) {
    // Standard output belongs to the JSON lines when they go there.
    const out = config.metricsLog === '-' ? process.stderr : process.stdout;
    const shown = { ...config, db: printable(config.db) };
    out.write(renderBanner({ ...app, version }, shown, styleOf(process.stdout)));
  }
  if (config.open && app.url !== null) openInBrowser(app.url, log);
}

/**
 * The first signal stops gracefully, a later one at once. Ctrl+C under `npm start` arrives twice,
 * from the terminal and from npm, so what follows at once is the same wish.
 */
function stopOnSignals(stop: () => void): void {
  let firstAtMs: number | null = null;
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => {
      if (firstAtMs === null) {
        firstAtMs = performance.now();
        stop();
      } else if (performance.now() - firstAtMs > repeatedSignalMs) process.exit(128 + number);
    });
  }
}

/** A disk, a port, a file: told in a sentence. Anything else is our fault and comes with its stack. */
function isOfTheWorld(error: unknown): error is Error {
  const isBuiltIn = error instanceof TypeError || error instanceof ReferenceError;
  return error instanceof Error && 'code' in error && !isBuiltIn;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What is told may name files, variables and arguments, which are not ours. */
function tell(text: string): void {
  process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`);
}

function fail(text: string): never {
  tell(text);
  process.exit(exitStatus.failed);
}

function openInBrowser(url: string, log: Log): void {
  const [program, ...given] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '""']
      : [process.platform === 'darwin' ? 'open' : 'xdg-open'];
  const child = spawn(program ?? '', [...given, url], { stdio: 'ignore', detached: true });
  child.on('error', (error) =>
    log.warn(`The browser could not be opened; go to ${url}`, { error }),
  );
  child.unref();
}

function styleOf(stream: NodeJS.WriteStream): Style {
  const { NO_COLOR = '', TERM } = process.env;
  const coloured = stream.isTTY === true && NO_COLOR === '' && TERM !== 'dumb';
  const sgr = (on: number, off: number) => (text: string) =>
    coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  const columns = Math.max(60, Math.min(100, stream.columns ?? 80));
  return { columns, bold: sgr(1, 22), dim: sgr(2, 22) };
}

/** One line that is written over, at most ten times a second. */
function progressOn(stream: NodeJS.WriteStream): (text: string) => void {
  let shownAtMs = 0;
  return (text) => {
    const now = Date.now();
    if (stream.isTTY !== true || (text !== '' && now - shownAtMs < 100)) return;
    shownAtMs = now;
    stream.write(`\r\u001b[K${text}`);
  };
}
