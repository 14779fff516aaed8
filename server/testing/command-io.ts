/** Streams for a subcommand that a test runs in its own process, and what came out of them. */
import { Readable, Writable } from 'node:stream';
import type { Command, CommandIo } from '../commands/command.ts';
import type { Environment } from '../config/sources.ts';

export interface CommandRun {
  readonly status: number;
  readonly out: Buffer;
  readonly told: string;
  readonly progress: readonly string[];
}

export async function runCommand(
  command: Command,
  argv: readonly string[],
  given: {
    readonly stdin?: string | Buffer;
    readonly env?: Environment;
    readonly cwd?: string;
  } = {},
): Promise<CommandRun> {
  const { stdin = '', env = {}, cwd = process.cwd() } = given;
  const out: Buffer[] = [];
  const told: string[] = [];
  const progress: string[] = [];
  const plain = (text: string) => text;
  const io: CommandIo = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: new Writable({
      write(chunk: Buffer, _encoding, done) {
        out.push(Buffer.from(chunk));
        done();
      },
    }),
    tell: (text) => told.push(text),
    progress: (text) => progress.push(text),
    style: { columns: 80, bold: plain, dim: plain },
  };
  const status = await command.run({ argv, env, cwd, home: cwd, platform: 'linux' }, io);
  return { status, out: Buffer.concat(out), told: told.join('\n'), progress };
}
