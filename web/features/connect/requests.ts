import { queryOptions, useMutation } from '@tanstack/react-query';
import { listMessages, sendTestMessage } from '../../lib/api.ts';
import { everything } from '../../lib/links.ts';

export function useTestMessage() {
  return useMutation({
    mutationFn: (to: string) => sendTestMessage(to === '' ? undefined : to),
  });
}

/** Looks for the test message until it is there; it is stored when SMTP has said 250. */
export function arrivedMessageQuery(messageId: string | undefined) {
  return queryOptions({
    queryKey: ['test-message', messageId],
    enabled: messageId !== undefined,
    queryFn: async ({ signal }) => {
      const bare = (messageId ?? '').replace(/^<|>$/g, '');
      const filter = { ...everything, query: `message-id:"${bare}"` };
      const page = await listMessages(filter, { limit: 1 }, signal);
      return page.messages[0] ?? null;
    },
    refetchInterval: (query) => (query.state.data ? false : 400),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
