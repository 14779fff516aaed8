import { queryOptions, useMutation } from '@tanstack/react-query';
import { listMessages, sendTestMessage } from '../../lib/api.ts';
import { everything } from '../../lib/links.ts';

export function useTestMessage() {
  return useMutation({
    mutationFn: (to: string) => sendTestMessage(to === '' ? undefined : to),
  });
}

/** However busy the server is, what arrived a moment ago is among these. */
const newestMax = 100;

/** Looks among the newest until the test message is there; SMTP has said 250 before. */
export function arrivedMessageQuery(messageId: string | undefined) {
  return queryOptions({
    queryKey: ['test-message', messageId],
    enabled: messageId !== undefined,
    queryFn: async ({ signal }) => {
      const { messages } = await listMessages(everything, { limit: newestMax }, signal);
      return messages.find((message) => bare(message.messageId) === bare(messageId ?? '')) ?? null;
    },
    refetchInterval: (query) => (query.state.data ? false : 500),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** With or without the angle brackets that belong to the header field (RFC 5322 §3.6.4). */
function bare(messageId: string): string {
  return messageId.replace(/^<|>$/g, '');
}
