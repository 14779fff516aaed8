/** What a subcommand is given and what it answers with. Only `cli.ts` touches the real streams. */
import type { Readable, Writable } from 'node:stream';
import type { ParseInput } from '../config/parse.ts';
import type { Style } from '../config/render.ts';

export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** One message for a person, on standard error. */
  readonly tell: (text: string) => void;
  /** What is going on, in place of what was; `''` ends it. Does nothing unless a person watches. */
  readonly progress: (text: string) => void;
  readonly style: Style;
}

export interface Command {
  /** Resolves with the exit status. */
  run(input: ParseInput, io: CommandIo): Promise<number>;
}

/** sysexits.h, as programs that call a sendmail expect it. */
export const exitStatus = {
  ok: 0,
  failed: 1,
  usage: 64,
  dataError: 65,
  unavailable: 69,
  softwareError: 70,
  temporaryFailure: 75,
  /** As shells have them. */
  notExecutable: 126,
  notFound: 127,
} as const;

/** The world's fault, told to the person who gave the command. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitStatus: number;

  constructor(message: string, options: { readonly exitStatus: number; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.exitStatus = options.exitStatus;
  }
}

/** 1234567 → `1,234,567`. */
export function showCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

export function showBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
