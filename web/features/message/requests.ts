import { queryOptions } from '@tanstack/react-query';
import { rawUrl } from '../../lib/api.ts';
import { messageQuery } from '../../lib/queries.ts';

/** A message that is being read changes by itself, soon; everything else changes by events. */
export function openMessageQuery(id: string) {
  return {
    ...messageQuery(id),
    refetchInterval: (query: { state: { data?: { state: string } | undefined } }) =>
      query.state.data?.state === 'pending' ? 600 : false,
  } as const;
}

export interface RawStart {
  readonly text: string;
  readonly bytes: number;
  readonly isComplete: boolean;
}

/** The first octets of the raw message. They never change, so one answer holds. */
export function rawStartQuery(id: string, bytesMax: number) {
  return queryOptions({
    queryKey: ['raw', id, bytesMax],
    queryFn: ({ signal }) => fetchStart(rawUrl(id), bytesMax, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  });
}

/** Reads until enough has come, then ends the transfer: a message may be hundreds of megabytes. */
async function fetchStart(url: string, bytesMax: number, signal: AbortSignal): Promise<RawStart> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) {
    throw new Error(
      response.status === 404
        ? 'The message is gone: it was deleted, or retention removed it.'
        : `The server answered ${response.status} to the request for the raw message.`,
    );
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), bytes, isComplete: true };
    const wanted = value.subarray(0, bytesMax - bytes);
    text += decoder.decode(wanted, { stream: true });
    bytes += wanted.length;
    if (wanted.length < value.length) {
      await reader.cancel();
      return { text, bytes, isComplete: false };
    }
  }
}
