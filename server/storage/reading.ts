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

export interface Reading {
  readonly reading: Omit<ReadingResult, 'indexText'>;
  readonly indexText: string;
}

export function readPending(message: Unread): Reading {
  try {
    return read(message);
  } catch {
    // The reader promises not to throw. Should it break that, the octets are kept all the same,
    // and the state says to people that nobody could make sense of them.
    return { reading: unreadable(message.seq), indexText: '' };
  }
}

function read({ seq, raw, wire }: Unread): Reading {
  const message = readMessage(raw);
  const { snippet, indexText } = bodyWords(raw, message);
  const reading: Reading['reading'] = {
    seq,
    state: 'ready',
    from: message.from[0] ?? message.sender,
    to: message.to,
    cc: message.cc,
    bcc: message.bcc,
    replyTo: message.replyTo,
    subject: message.subject,
    snippet,
    messageId: message.messageId,
    dateMs: message.dateMs,
    attachmentCount: attachments(message).length,
    hasInline: hasInline(message),
    problemCount: countProblems(raw, message, wire),
    tags: message.tags,
  };
  return { reading, indexText };
}

export function unreadable(seq: number): Reading['reading'] {
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
    tags: [],
  };
}
