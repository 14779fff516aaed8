/** Our own server as it is built, with nothing pruned, so that all can be found again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../../load/server-process.ts';
import type { Bench } from '../question.ts';
import { type Contender, type ContenderNeeds, usualNeeds } from './contender.ts';

const readTimeoutMs = 300_000;

export interface Prixfixe extends Contender {
  readonly server: ServerProcess;
  /** Of the HTTP API. */
  readonly url: string;
}

export async function startPrixfixe(
  bench: Pick<Bench, 'program'>,
  needs: ContenderNeeds = usualNeeds,
  dataDirectory: string | null = null,
): Promise<Prixfixe> {
  const { connectionsMax, listenBacklog, certificate, flags = [] } = needs;
  const server = await startServerProcess(
    [
      '--keep-messages=0',
      '--keep-bytes=0',
      '--log-level=warn',
      `--max-connections=${connectionsMax}`,
      `--listen-backlog=${listenBacklog}`,
      ...(certificate === undefined
        ? []
        : [`--tls-cert=${certificate.certFile}`, `--tls-key=${certificate.keyFile}`]),
      ...flags,
    ],
    bench.program,
    dataDirectory,
  );
  return {
    name: 'prixfixe-dev',
    pid: server.pid,
    port: server.smtpPort,
    server,
    url: server.url,
    storedCount: () => storedCount(server.url),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export function isPrixfixe(contender: Contender): contender is Prixfixe {
  return contender.name === 'prixfixe-dev';
}

/** Waits until everything is read and indexed. */
async function storedCount(url: string): Promise<number> {
  await untilRead(url);
  const response = await fetch(`${url}/api/messages?limit=1`);
  const { total } = (await response.json()) as { readonly total: number };
  return total;
}

async function untilRead(url: string): Promise<void> {
  const deadlineAtMs = performance.now() + readTimeoutMs;
  while (performance.now() < deadlineAtMs) {
    const response = await fetch(`${url}/api/server`);
    const { store } = (await response.json()) as { readonly store: { pendingCount: number } };
    if (store.pendingCount === 0) return;
    await sleep(20);
  }
  throw new Error(`The server had not read everything after ${readTimeoutMs / 1000} s.`);
}
