import type { MessagePage, MessageSummary } from './api.ts';

/** For tests: a message whose id tells its place. */
export function testMessage(seq: number, change: Partial<MessageSummary> = {}): MessageSummary {
  return {
    id: `m${seq}`,
    seq,
    receivedAt: '2026-03-02T10:00:00.000Z',
    sizeBytes: 1_000,
    state: 'ready',
    isRead: true,
    reversePath: 'from@example.com',
    forwardPaths: ['to@example.com'],
    recipientCount: 1,
    from: { name: '', address: 'from@example.com' },
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: `Message ${seq}`,
    snippet: '',
    messageId: `${seq}@example.com`,
    date: null,
    attachmentCount: 0,
    problemCount: 0,
    tags: [],
    tls: false,
    authUser: null,
    listener: 'smtp',
    ...change,
  };
}

/** A server with messages 1 to n, as far as lists go. */
export function testServer(count: number) {
  let messages = Array.from({ length: count }, (_, i) => testMessage(i + 1));
  return {
    arrive(change: Partial<MessageSummary> = {}): MessageSummary {
      const seq = (messages.at(-1)?.seq ?? 0) + 1;
      const message = testMessage(seq, { isRead: false, ...change });
      messages = [...messages, message];
      return message;
    },
    remove(...ids: string[]) {
      messages = messages.filter((message) => !ids.includes(message.id));
    },
    restore(...seqs: number[]) {
      messages = [...messages, ...seqs.map((seq) => testMessage(seq))].sort(
        (a, b) => a.seq - b.seq,
      );
    },
    page({ limit = 50, cursor = null as string | null, skip = 0 } = {}): MessagePage {
      const below = cursor === null ? Number.POSITIVE_INFINITY : Number(cursor);
      const rest = messages
        .filter((message) => message.seq < below)
        .reverse()
        .slice(skip);
      const rows = rest.slice(0, limit);
      const unread = messages.filter((message) => !message.isRead).length;
      return {
        messages: rows,
        nextCursor: rest.length > limit ? String(rows.at(-1)?.seq) : null,
        matched: messages.length,
        matchedUnread: unread,
        total: messages.length,
        unread,
      };
    },
    ids: () => messages.map((message) => message.id).reverse(),
  };
}
