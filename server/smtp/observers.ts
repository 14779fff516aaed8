/** Several observers as one; each hears of everything, in the order given. */
import type { SmtpObserver } from './types.ts';

export function composeObservers(observers: readonly SmtpObserver[]): SmtpObserver {
  const [first] = observers;
  if (first !== undefined && observers.length === 1) return first;
  if (first === undefined) return {};
  return {
    accepted(address) {
      for (const observer of observers) observer.accepted?.(address);
    },
    connectionOpened(session, traffic) {
      for (const observer of observers) observer.connectionOpened?.(session, traffic);
    },
    connectionRefused(session, refusal) {
      for (const observer of observers) observer.connectionRefused?.(session, refusal);
    },
    connectionDropped(peerAddress) {
      for (const observer of observers) observer.connectionDropped?.(peerAddress);
    },
    observed(session, observation, writtenAtMs) {
      for (const observer of observers) observer.observed?.(session, observation, writtenAtMs);
    },
    tlsHandshake(session, result) {
      for (const observer of observers) observer.tlsHandshake?.(session, result);
    },
    connectionClosed(session) {
      for (const observer of observers) observer.connectionClosed?.(session);
    },
  };
}
