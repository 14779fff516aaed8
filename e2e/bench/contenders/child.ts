/** What contenders that are plain child processes have in common. */
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender, ContenderName } from './contender.ts';

const startTimeoutMs = 20_000;

/** Resolves when it listens; it ends with the contender, or with us. */
export async function childOf(
  name: ContenderName,
  child: ChildProcess,
  port: number,
): Promise<Contender> {
  const leaveNothing = () => child.kill('SIGKILL');
  process.once('exit', leaveNothing);
  await untilListening(child, port);
  return {
    name,
    pid: child.pid ?? 0,
    port,
    storedCount: null,
    async [Symbol.asyncDispose]() {
      process.off('exit', leaveNothing);
      await killed(child);
    },
  };
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const deadlineAtMs = performance.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadlineAtMs) {
      child.kill('SIGKILL');
      throw new Error(`${child.spawnfile} did not start: ${said || `exit code ${child.exitCode}`}`);
    }
    await sleep(20);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** It keeps nothing that would be worth a farewell. */
function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGKILL');
  });
}
