/** From the octets of a stored message to what the store keeps of them. Nothing here throws. */
import type { ReadingResult, WireFacts } from '../../db/types.ts';
import { attachments, hasInline } from '../message/bodies.ts';
import { bodyWords } from '../message/body-words.ts';
import { countProblems } from '../message/problems.ts';
import { readMessage } from '../message/read-message.ts';

interface Unread {
  readonly seq: number;
  readonly raw: Uint8Array;
  readonly wire: WireFacts;
}

export function readPending(message: Unread): ReadingResult {
  try {
    return read(message);
  } catch {
    // The reader promises not to throw. Should it break that, the octets are kept all the same,
    // and the state says to people that nobody could make sense of them.
    return unreadable(message.seq);
  }
}

function read({ seq, raw, wire }: Unread): ReadingResult {
  const message = readMessage(raw);
  const words = bodyWords(raw, message);
  return {
    seq,
    state: 'ready',
    from: message.from[0] ?? message.sender,
    to: message.to,
    cc: message.cc,
    bcc: message.bcc,
    replyTo: message.replyTo,
    subject: message.subject,
    snippet: words.snippet,
    messageId: message.messageId,
    dateMs: message.dateMs,
    attachmentCount: attachments(message).length,
    hasInline: hasInline(message),
    problemCount: countProblems(raw, message, wire),
    indexText: words.indexText,
    tags: message.tags,
  };
}

export function unreadable(seq: number): ReadingResult {
  return {
    seq,
    state: 'unreadable',
    from: null,
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: '',
    snippet: '',
    messageId: '',
    dateMs: null,
    attachmentCount: 0,
    hasInline: false,
    problemCount: 0,
    indexText: '',
    tags: [],
  };
}
