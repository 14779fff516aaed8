/**
 * Tells once, where the server was started, that a client seems not to trust the certificate. Many
 * mailers take STARTTLS wherever it is offered and check the certificate; some of them then close
 * without an alert, which looks like a handshake that went well and a client with nothing to say.
 */
import type { SessionSummary } from '../../db/session-types.ts';
import { type EventBus, wantsNoMessages } from '../events.ts';

/** `tell` is called at the first such session and never again. */
export function tellOfMistrust(events: EventBus, tell: (session: SessionSummary) => void): void {
  const stop = events.subscribe((event) => {
    if (event.kind !== 'session' || !looksLikeMistrust(event.session)) return;
    stop();
    tell(event.session);
  }, wantsNoMessages);
}

/** It asked for TLS, got it or not, and left without another word. */
export function looksLikeMistrust({ endedAtMs, outcome, lastReply }: SessionSummary): boolean {
  const saidNothing = outcome === 'nothing' || outcome === 'tls-failed';
  return endedAtMs !== null && saidNothing && lastReply?.verb === 'STARTTLS';
}
