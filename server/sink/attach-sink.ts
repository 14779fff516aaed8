/**
 * A sink that is somewhere else. Neither way loads what only the other needs: a process that uses a
 * server elsewhere has no use for one of its own, nor for its store. The clocks alone are taken at once, before a test
 * replaces the global ones.
 */
import { epochMs } from '../timers.ts';
import type { AttachOptions, Sink } from './types.ts';

/**
 * Uses a server that runs already, from any number of processes at once.
 *
 *     await using sink = await attachSink('http://127.0.0.1:8025');
 *     await using inbox = sink.inbox('signup');
 *
 * Rejects with a `SinkError` when it does not answer or wants a password.
 */
export async function attachSink(url: string | URL, options: AttachOptions = {}): Promise<Sink> {
  const { openRemoteSink } = await import('./open-remote-sink.ts');
  return openRemoteSink(url, { ...options, nowMs: epochMs });
}

/**
 * The server that `PRIXFIXE_URL` names (with `PRIXFIXE_HTTP_AUTH=user:password` where it asks for
 * one) or, without it, one of its own. `sink.isShared` tells which it became.
 */
export async function sinkFromEnv(env: NodeJS.ProcessEnv = process.env): Promise<Sink> {
  const { PRIXFIXE_URL: url = '', PRIXFIXE_HTTP_AUTH: written = '' } = env;
  if (url === '') {
    const { startSink } = await import('./start-sink.ts');
    return startSink();
  }
  const colon = written.indexOf(':');
  const auth = { user: written.slice(0, colon), password: written.slice(colon + 1) };
  return attachSink(url, colon > 0 ? { auth } : {});
}
