/**
 * The built program as a process of its own: free ports, an own data directory, everything it
 * printed, and what the kernel knows of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../server/testing/temporary-directory.ts';

export const builtProgram = resolve(import.meta.dirname, '../../dist/server/cli.js');
const startTimeoutMs = 30_000;
const stopTimeoutMs = 20_000;

export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly smtpPort: number;
  /** `null` unless `--smtps-port` was among the flags. */
  readonly smtpsPort: number | null;
  readonly url: string;
  readonly dataDirectory: string;
  /** Complete once the process has been stopped. */
  readonly stdout: string;
  readonly stderr: string;
  /** SIGTERM, and its exit status. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

/** Without `existing` its data directory is made now and goes with it. */
export async function startServerProcess(
  flags: readonly string[],
  program = builtProgram,
  existing: string | null = null,
): Promise<ServerProcess> {
  const directory = existing === null ? await temporaryDirectory() : keep(existing);
  const dataDirectory = directory.path;
  const child = spawn(
    process.execPath,
    [program, '--smtp-port=0', '--http-port=0', `--data-dir=${dataDirectory}`, ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  // Whoever is told to end in the middle leaves no server behind.
  const leaveNothing = () => {
    child.kill('SIGKILL');
    if (existing === null) rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', leaveNothing);
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  try {
    const ports = await portsFromBanner(child, output);
    return {
      pid: child.pid ?? 0,
      ...ports,
      dataDirectory,
      get stdout() {
        return output.stdout;
      },
      get stderr() {
        return output.stderr;
      },
      stop: () => stop(child, ended),
      async kill() {
        child.kill('SIGKILL');
        await ended;
      },
      async [Symbol.asyncDispose]() {
        await stop(child, ended);
        process.off('exit', leaveNothing);
        await directory[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    process.off('exit', leaveNothing);
    await directory[Symbol.asyncDispose]();
    throw error;
  }
}

function keep(path: string): TemporaryDirectory {
  return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function stop(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  const code = await ended;
  clearTimeout(timer);
  return code;
}

/** The start banner names every address. */
function portsFromBanner(
  child: ChildProcess,
  output: { readonly stdout: string; readonly stderr: string },
): Promise<{ smtpPort: number; smtpsPort: number | null; url: string }> {
  return new Promise((found, failed) => {
    const tell = (what: string) =>
      failed(new Error(`The server ${what}:\n${output.stdout}${output.stderr}`));
    const timer = setTimeout(() => tell('did not start in time'), startTimeoutMs);
    child.stdout?.on('data', () => {
      const smtp = portIn(output.stdout, /smtp:\/\/[^\s:]+:(\d+)/i);
      const http = portIn(output.stdout, /http:\/\/[^\s:]+:(\d+)/i);
      if (smtp === null || http === null) return;
      clearTimeout(timer);
      found({
        smtpPort: smtp,
        smtpsPort: portIn(output.stdout, /SMTPS\W+[^\s:]+:(\d+)/),
        url: `http://127.0.0.1:${http}`,
      });
    });
    child.once('error', (error) => tell(`could not be started (${error.message})`));
    child.once('exit', (code) => tell(`ended early with ${code}`));
  });
}

function portIn(text: string, pattern: RegExp): number | null {
  const port = pattern.exec(text)?.[1];
  return port === undefined ? null : Number(port);
}

/** Linux only; elsewhere `null`. */
export async function cpuMsOf(pid: number): Promise<number | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything, the fields are plain; utime and stime, in ticks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

/** Linux only; elsewhere `null`. */
export function peakMemoryOf(pid: number): Promise<number | null> {
  return memoryOf(pid, 'VmHWM');
}

/** Linux only; elsewhere `null`. */
export function residentMemoryOf(pid: number): Promise<number | null> {
  return memoryOf(pid, 'VmRSS');
}

async function memoryOf(pid: number, row: 'VmHWM' | 'VmRSS'): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = new RegExp(`^${row}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
