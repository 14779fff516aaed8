/** Whether the page hears of new mail, for whoever shows it. `app/live-updates.ts` provides it. */
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';

export type LiveStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** Lost; tried again at that time, or at once with `retry`. */
  | { readonly kind: 'reconnecting'; readonly retryAtMs: number };

/** What the view shows and therefore wants to hear of; `''`: no more than that something changed. */
export type LiveTopics = 'messages' | 'sessions' | 'metrics' | '';

export interface LiveStatusSource {
  subscribe(onChange: () => void): () => void;
  status(): LiveStatus;
  retry(): void;
  follow(topics: LiveTopics): void;
}

export const LiveStatusContext = createContext<LiveStatusSource | null>(null);

const connecting: LiveStatus = { kind: 'connecting' };
const never = () => () => {};

export function useLiveStatus(): { readonly status: LiveStatus; readonly retry: () => void } {
  const source = useContext(LiveStatusContext);
  const status = useSyncExternalStore(
    source?.subscribe ?? never,
    source?.status ?? (() => connecting),
  );
  return { status, retry: source?.retry ?? (() => {}) };
}

/** For the view that is on the screen. */
export function useLiveTopics(topics: LiveTopics): void {
  const source = useContext(LiveStatusContext);
  useEffect(() => source?.follow(topics), [source, topics]);
}
