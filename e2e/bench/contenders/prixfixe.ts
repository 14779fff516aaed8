/** Our own server as it is built, with nothing pruned, so that all can be found again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { builtProgram, type ServerProcess, startServerProcess } from '../../load/server-process.ts';
import type { Contender, ContenderNeeds } from './contender.ts';

const readTimeoutMs = 300_000;

export interface Prixfixe extends Contender {
  readonly server: ServerProcess;
}

export async function startPrixfixe(
  needs: ContenderNeeds,
  flags: readonly string[] = [],
  program = builtProgram,
): Promise<Prixfixe> {
  const server = await startServerProcess(
    [
      '--keep-messages=0',
      '--keep-bytes=0',
      '--log-level=warn',
      `--max-connections=${needs.connectionsMax}`,
      `--listen-backlog=${needs.listenBacklog}`,
      ...flags,
    ],
    program,
  );
  return {
    name: 'prixfixe-dev',
    pid: server.pid,
    port: server.smtpPort,
    server,
    storedCount: () => storedCount(server.url),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Waits until everything is read and indexed. */
async function storedCount(url: string): Promise<number> {
  await untilRead(url);
  const response = await fetch(`${url}/api/messages?limit=1`);
  const { total } = (await response.json()) as { readonly total: number };
  return total;
}

export async function untilRead(url: string, everyMs = 20): Promise<void> {
  const deadlineAtMs = performance.now() + readTimeoutMs;
  while (performance.now() < deadlineAtMs) {
    const response = await fetch(`${url}/api/server`);
    const { store } = (await response.json()) as { readonly store: { pendingCount: number } };
    if (store.pendingCount === 0) return;
    await sleep(everyMs);
  }
  throw new Error(`The server had not read everything after ${readTimeoutMs / 1000} s.`);
}
