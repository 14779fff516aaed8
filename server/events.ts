/**
 * Everything that can happen and that somebody may want to hear of: one closed union and a small
 * publish/subscribe. Publishing never waits and never throws; a subscriber that has to queue
 * bounds its own queue (see `http/routes/events.ts`).
 */
import type { SessionSummary } from '../db/session-types.ts';
import type { InboxMembers, PlacedMessage } from '../db/types.ts';
import type { FaultHandle, FaultHit } from './faults/types.ts';

export type AppEvent =
  /** A message was committed and read. */
  | ({ readonly kind: 'message' } & PlacedMessage)
  /** Read state or tags of one message changed. */
  | ({
      readonly kind: 'message-updated';
      readonly changed: 'isRead' | 'tags';
    } & PlacedMessage)
  /** `ids: null` means so many that the list should be fetched again. */
  | {
      readonly kind: 'messages-removed';
      readonly ids: readonly string[] | null;
      readonly count: number;
      /** It was asked for as "all", not message by message. */
      readonly isAll: boolean;
      /** Retention is that of the store, or that of one inbox. */
      readonly reason: 'deleted' | 'retention' | 'inbox-retention';
      /** Where they were; an inbox may stand here more than once. Nothing is said of `ids: null`. */
      readonly inboxes: readonly InboxMembers[];
    }
  /** An inbox was made, changed, deleted or filled further: fetch their list again. */
  | { readonly kind: 'inboxes-changed' }
  /** Much changed at once (undo, mark all read, tags renamed): fetch again. */
  | { readonly kind: 'resync' }
  /** An SMTP session opened, ended, or changed; of a busy server only some are told of. */
  | { readonly kind: 'session'; readonly session: SessionSummary }
  /** Sessions were deleted, or more happened than was told: fetch their list again. */
  | { readonly kind: 'sessions-changed' }
  /** A fault fired; of a flood only the newest hits are told, ten times a second. */
  | { readonly kind: 'fault'; readonly fault: FaultHandle; readonly hits: readonly FaultHit[] }
  /** Fault rules were added, paused, resumed or taken away: fetch their list again. */
  | { readonly kind: 'faults-changed' };

export interface EventBus {
  publish(event: AppEvent): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: AppEvent) => void): () => void;
}

export function createEventBus(): EventBus {
  const listeners = new Set<(event: AppEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
