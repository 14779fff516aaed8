/**
 * Postfix's `smtp-source`. It cannot pipeline, speak TLS or time a message; but it is written by
 * others and in C, and on two cores the server lacks what the generator takes.
 *
 * Any reply it did not expect ends it, so a run that ends well has a 250 for every message.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../../../server/testing/temporary-directory.ts';
import { MessageSource } from '../../load/message-source.ts';
import type { MessagePlan } from '../../load/types.ts';
import { postfixPrograms } from '../contenders/postfix.ts';
import { endedChildrenCpuMs } from '../processor-use.ts';

const runTimeoutMs = 120_000;

export interface SourceLoad {
  readonly connections: number;
  readonly messages: number;
  readonly session: 'per-message' | 'persistent';
  readonly message: MessagePlan;
  readonly recipients?: number;
}

export interface SourceRun {
  readonly elapsedMs: number;
  /** `null` without /proc. */
  readonly generatorCpuMs: number | null;
}

export interface SmtpSource extends AsyncDisposable {
  run(port: number, load: SourceLoad): Promise<SourceRun>;
}

export async function openSmtpSource(): Promise<SmtpSource> {
  const { source, environment } = await postfixPrograms();
  const folder = await temporaryDirectory();
  return {
    async run(port, load) {
      const file = join(folder.path, 'message');
      await writeFile(file, unixLines(load.message));
      const given = [
        ...(load.session === 'persistent' ? ['-d'] : []),
        ...['-s', String(load.connections), '-m', String(load.messages), '-F', file],
        ...['-r', String(load.recipients ?? 1)],
        ...['-M', 'load.test', '-f', 'load@load.test', '-t', 'inbox@load.test'],
        `127.0.0.1:${port}`,
      ];
      const cpuBefore = endedChildrenCpuMs();
      const startedAtMs = performance.now();
      await finished(source, given, environment);
      const elapsedMs = performance.now() - startedAtMs;
      const cpuAfter = endedChildrenCpuMs();
      return {
        elapsedMs,
        generatorCpuMs: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
      };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** It stuffs dots and ends lines itself. */
function unixLines(plan: MessagePlan): string {
  return new MessageSource('source', plan).stored(0).toString('latin1').replaceAll('\r\n', '\n');
}

function finished(
  program: string,
  given: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(program, given, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: environment,
      timeout: runTimeoutMs,
      killSignal: 'SIGKILL',
    });
    const leaveNothing = () => child.kill('SIGKILL');
    process.once('exit', leaveNothing);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.once('error', failed);
    child.once('close', (code, signal) => {
      process.off('exit', leaveNothing);
      if (code === 0) done();
      else failed(new Error(`smtp-source ended with ${code ?? signal}: ${said.trim()}`));
    });
  });
}
