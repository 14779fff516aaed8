import type { NewMessage } from '../../db/types.ts';
import { newMessageId } from '../message-id.ts';
import type { CompletedTransaction } from './protocol/session-types.ts';
import type { SessionFacts } from './types.ts';

/** A completed transaction as the store takes it: with an id, the time of day and where it is from. */
export function newMessage(
  transaction: CompletedTransaction,
  { id: sessionId, listener, peerAddress, peerPort }: SessionFacts,
  nowMs: number,
): NewMessage {
  const { envelope, raw, sizeBytes, timings, dialogue, wire } = transaction;
  const { ehloName, tls, authUser, authMechanism } = transaction;
  return {
    id: newMessageId(nowMs),
    receivedAtMs: nowMs,
    envelope,
    origin: {
      listener,
      sessionId,
      peerAddress,
      peerPort,
      ehloName,
      tls,
      authUser,
      authMechanism,
    },
    timings,
    dialogue,
    wire,
    raw,
    sizeBytes,
  };
}
